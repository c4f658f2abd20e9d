/* A program in C that upgrades a project's database, asks where it is, and meets an error. */
#include <rev/c.h>

#include <stdio.h>
#include <string.h>

static int steps_told = 0;

static int on_event(const char* event, void* data) {
    if (strstr(event, "\"step_finished\"") != NULL) ++*(int*)data;
    return 0;
}

static int expect(const char* what, int exit_code, int expected, const char* json, const char* part) {
    if (exit_code == expected && json != NULL && strstr(json, part) != NULL) return 0;
    fprintf(stderr, "%s: exit code %d, %s\n", what, exit_code, json == NULL ? "nothing" : json);
    return 1;
}

int main(int argc, char** argv) {
    char* json = NULL;
    int failures = 0;
    const char* project = argc > 1 ? argv[1] : ".";
    int code = rev_upgrade(project, NULL, "head", "{\"tag\": \"c\"}", on_event, &steps_told, &json);
    failures += expect("upgrade", code, 0, json, "\"rows\":[\"0002\"]");
    rev_free(json);
    code = rev_current(project, NULL, NULL, &json);
    failures += expect("current", code, 0, json, "\"revision\":\"0002\"");
    rev_free(json);
    code = rev_upgrade(project, NULL, "nowhere", NULL, NULL, NULL, &json);
    failures += expect("a target that is not there", code, 3, json, "\"code\":\"unknown_revision\"");
    rev_free(json);
    if (steps_told != 2) {
        fprintf(stderr, "%d steps were told\n", steps_told);
        ++failures;
    }
    printf("librev %s\n", rev_version());
    return failures;
}
