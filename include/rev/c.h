#ifndef REV_C_H
#define REV_C_H

/* librev for programs in other languages. Source: docs/library.md, "From other languages".
 *
 * Texts are UTF-8 and end with a zero byte. Functions with `json` return an exit code (docs/exit-codes.md; 0: done) and
 * always give it a document, which the caller hands to rev_free(): what became of the call, or {"error": {...}} as
 * docs/json.md has it. Nothing is thrown, printed or kept between calls, so that all may be called on several threads
 * at once; runs on one database wait for each other. */

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library, such as "0.1.0". */
const char* rev_version(void);

/* Told of a run while it goes on, on the calling thread; `event`: one JSON object, which lives as long as the callback
 * runs. Returns 0; any other value stops the run as soon as the step that runs is committed or rolled back. */
typedef int (*rev_event_callback)(const char* event, void* data);

/* Takes a database to `target`, as `rev upgrade TARGET` does.
 *
 * project: alembic.yaml, or the folder that has it.
 * url: the database; null: the one of alembic.yaml.
 * target: null: "heads".
 * options: a JSON object, or null; its members, all optional:
 *   "environment": one of alembic.yaml's; "variables": object of texts; "tag": a word for the log;
 *   "wait_ms": how long to wait for a server that does not answer yet.
 * on_event: may be null; data: handed to it.
 * json: {"rows": ["..."], "steps": [{"direction": "upgrade", "revision": "...", "duration_ms": 3}]}. With an error of a
 *   run that had begun, "steps" are those that are committed, and "rows" is left out if it is not known. */
int rev_upgrade(const char* project, const char* url, const char* target, const char* options,
                rev_event_callback on_event, void* data, char** json);

/* The same downwards, as `rev downgrade TARGET --yes` does. target: not null. */
int rev_downgrade(const char* project, const char* url, const char* target, const char* options,
                  rev_event_callback on_event, void* data, char** json);

/* Where the database is; changes nothing. json: {"current": [{"revision": "...", "message": "...", "is_head": true}]}. */
int rev_current(const char* project, const char* url, const char* options, char** json);

/* What rev_upgrade() would run; changes nothing. json: {"pending": [{"revision": "...", "message": "..."}]}. A step of a
 * repeatable object has "repeatable", its name, in place of "revision", here and in the others' "steps". */
int rev_pending(const char* project, const char* url, const char* target, const char* options, char** json);

/* Asks all runs of this process to stop, as a signal of that number would: steps that run are rolled back, and the calls
 * end with its exit code. The request stays until rev_clear_stop(). Both are async-signal-safe. */
void rev_request_stop(int signal_number);
void rev_clear_stop(void);

/* text: a document of these functions, or null. */
void rev_free(char* text);

#ifdef __cplusplus
}
#endif

#endif
