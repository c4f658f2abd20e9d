// Debian's Django is the judge: its own `migrate` makes the databases that are taken over and compared.
#include "import/foreign_project.hpp"

using rev::test::ForeignProject;
using rev::test::says;

namespace {

constexpr auto manage = R"(import os, sys
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop_settings')
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
)";

constexpr auto first = R"(from django.db import migrations, models
class Migration(migrations.Migration):
    initial = True
    operations = [migrations.CreateModel('Item', [
        ('id', models.AutoField(primary_key=True)), ('name', models.CharField(max_length=20, unique=True))])]
)";

constexpr auto second = R"(from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [('store', '0001_initial'), ('auth', '0012_alter_user_first_name_max_length')]
    operations = [migrations.AlterField('item', 'name', models.CharField(max_length=30)),
                  migrations.AddField('item', 'note', models.TextField(default='50%')),
                  migrations.RunSQL("CREATE VIEW v AS SELECT '100%' AS x", 'DROP VIEW v')]
)";

constexpr auto python_step = R"(from django.db import migrations
def fill_prices(apps, editor):
    apps.get_model('store', 'Item').objects.all().delete()
class Migration(migrations.Migration):
    dependencies = [('store', '0002_more')]
    operations = [migrations.RunPython(fill_prices, migrations.RunPython.noop)]
)";

void write_shop(const ForeignProject& project) {
    project.write("manage.py", manage);
    project.write("shop_settings.py",
                  "SECRET_KEY = 'x'\nUSE_TZ = True\nINSTALLED_APPS = ['django.contrib.auth', "
                  "'django.contrib.contenttypes', 'store']\nDATABASES = {'default': {'ENGINE': "
                  "'django.db.backends.sqlite3', 'NAME': 'live.db'}}\n");
    project.write("store/__init__.py", "");
    project.write("store/models.py", "");
    project.write("store/migrations/__init__.py", "");
    project.write("store/migrations/0001_initial.py", first);
    project.write("store/migrations/0002_more.py", second);
}

void migrate(const ForeignProject& project, std::string_view line) {
    rev::test::ProgramOptions options;
    options.directory = project.path();
    auto command = rev::test::words("/usr/bin/python3 manage.py migrate -v 0");
    for (auto& word : rev::test::words(line)) command.push_back(word);
    const auto result = rev::test::run_program(command, options);
    REQUIRE_MESSAGE(result.exit_code == 0, result.err);
}

constexpr auto import = "import django --python /usr/bin/python3 ";

}  // namespace

TEST_CASE("Django: what each migration sends becomes its SQL, apps are branches, and the schema is Django's own") {
    const ForeignProject project;
    write_shop(project);
    const auto result = project.rev(import);
    CHECK(says(result, "16 of 16 verified"));
    CHECK_FALSE(project.exists("live.db"));
    CHECK_FALSE(says(result, "reads rows"));
    project.rev("check");
    project.rev("-u sqlite:///new.db upgrade heads");
    migrate(project, "");
    const auto difference = project.rev("diff " + project.url() + " sqlite:///new.db");
    CHECK_MESSAGE(difference.out.find("django_migrations") != std::string::npos, difference.out);
    CHECK_MESSAGE(difference.out.find("store_item") == std::string::npos, difference.out);
    CHECK_MESSAGE(difference.out.find("auth_") == std::string::npos, difference.out);
    project.rev("-u sqlite:///new.db downgrade store@base --yes");
    // Django's own steps in Python do nothing on empty tables, in either direction.
    project.rev("-u sqlite:///new.db downgrade base --yes");
}

TEST_CASE("Django: a live database is taken over where Django left it, app by app") {
    const ForeignProject project;
    write_shop(project);
    migrate(project, "auth");
    migrate(project, "store 0001");
    const auto result = project.take_over("django --python /usr/bin/python3");
    CHECK(says(result, "Took over"));
    CHECK_FALSE(says(result, "is not what its migrations make"));
    const auto rows = project.rows();
    CHECK(rows.find("store.0001_initial") != std::string::npos);
    project.rev("upgrade heads");
    CHECK(project.query("SELECT x FROM v") == "100%");
}

TEST_CASE("Django: Python steps are named, and written by a person or left out") {
    const ForeignProject project;
    write_shop(project);
    project.write("store/migrations/0003_fill.py", python_step);
    CHECK(says(project.rev(import, 3), "store/migrations/0003_fill.py runs Python: fill_prices"));
    CHECK_FALSE(project.exists("alembic.yaml"));
    SUBCASE("a placeholder") {
        project.rev(std::string(import) + "--placeholder");
        CHECK(project.exists("versions/store.0003_fill.sql"));
        CHECK(says(project.rev("-u sqlite:///new.db upgrade heads", 3), "store.0003_fill"));
    }
    SUBCASE("left out") {
        CHECK(says(project.rev(std::string(import) + "--skip 0003_fill.py"), "16 of 16 verified"));
        migrate(project, "");
        CHECK(says(project.take_over("django --python /usr/bin/python3 --skip 0003_fill.py"), "Took over"));
        CHECK(says(project.rev("status --exit-code"), "up to date"));
    }
}

TEST_CASE("Django: a squashed migration counts as applied when all that it replaces is") {
    const ForeignProject project;
    write_shop(project);
    migrate(project, "");
    project.write("store/migrations/0001_squashed.py",
                  std::string(first) + "    replaces = [('store', '0001_initial'), ('store', '0002_more')]\n");
    const auto result = project.take_over("django --python /usr/bin/python3");
    CHECK(project.rows().find("store.0001_squashed") != std::string::npos);
    // What the database has and the squash, here, does not.
    CHECK(says(result, "is not what its migrations make: it has view v too"));
    project.query("DELETE FROM django_migrations WHERE name = '0002_more'; DELETE FROM alembic_version");
    CHECK(says(project.take_over("django --python /usr/bin/python3", 4), "is applied in part: 1 of the 2"));
}

TEST_CASE("Django: what `migrate` refuses as a conflict is refused") {
    const ForeignProject project;
    write_shop(project);
    project.write("store/migrations/0002_other.py",
                  "from django.db import migrations\nclass Migration(migrations.Migration):\n"
                  "    dependencies = [('store', '0001_initial')]\n    operations = []\n");
    const auto result = project.rev("import django --python /usr/bin/python3", 3);
    CHECK(says(result, "conflicting migrations"));
    CHECK(says(result, "0002_more, 0002_other in store"));
    CHECK_FALSE(project.exists("alembic.yaml"));
}

TEST_CASE("Django: settings that ask the environment for the kind of database get its kind, and not its place") {
    const ForeignProject project;
    write_shop(project);
    project.write("shop_settings.py",
                  "import os\nSECRET_KEY = 'x'\nUSE_TZ = True\nINSTALLED_APPS = ['store']\n"
                  "assert 'live.db' not in os.environ['DATABASE_URL']\n"
                  "KIND = 'sqlite3' if os.environ['DATABASE_URL'].startswith('sqlite') else 'oracle'\n"
                  "DATABASES = {'default': {'ENGINE': 'django.db.backends.' + KIND, 'NAME': 'live.db'}}\n");
    project.write("store/migrations/0002_more.py",
                  "from django.db import migrations, models\nclass Migration(migrations.Migration):\n"
                  "    dependencies = [('store', '0001_initial')]\n"
                  "    operations = [migrations.AddField('item', 'note', models.TextField(default='x'))]\n");
    CHECK(says(project.rev("import django --python /usr/bin/python3"), "2 of 2 verified"));
}

TEST_CASE("Django: rows of apps that are gone, and of what a squash once stood for, are left alone") {
    const ForeignProject project;
    write_shop(project);
    migrate(project, "");
    const std::string add = "INSERT INTO django_migrations (app, name, applied) VALUES ";
    project.query(add + "('old_shop', '0007_x', '2024-01-01'), ('store', '0002_before_the_squash', '2024-01-01')");
    const auto result = project.take_over("django --python /usr/bin/python3");
    CHECK(says(result, "2 rows of django_migrations are of no migration here"));
    CHECK(says(result, "old_shop.0007_x, store.0002_before_the_squash"));
    CHECK(says(project.rev("status --exit-code"), "up to date"));
    // Above all that is here: its file is missing.
    project.query(add + "('store', '0003_ahead', '2024-01-01')");
    CHECK(says(project.take_over("django --python /usr/bin/python3", 4), "store.0003_ahead is recorded, and no file"));
}

TEST_CASE("Django: manage.py itself says where the settings and the apps are") {
    const ForeignProject project;
    write_shop(project);
    std::filesystem::create_directories(project.path() / "apps");
    std::filesystem::rename(project.path() / "store", project.path() / "apps" / "store");
    std::filesystem::rename(project.path() / "shop_settings.py", project.path() / "apps" / "shop_settings.py");
    project.write("manage.py",
                  "import os, sys\n"
                  "def main():\n"
                  "    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'apps'))\n"
                  "    os.environ.setdefault(\n        'DJANGO_SETTINGS_MODULE',\n        'shop_settings',\n    )\n"
                  "    from django.core.management import execute_from_command_line\n"
                  "    execute_from_command_line(sys.argv)\n"
                  "if __name__ == '__main__':\n    main()\n");
    migrate(project, "auth");
    migrate(project, "store 0001");
    CHECK(says(project.take_over("django --python /usr/bin/python3"), "16 of 16 verified"));
    CHECK(project.rows().find("store.0001_initial") != std::string::npos);
}
