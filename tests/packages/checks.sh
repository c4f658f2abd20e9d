# Shared by the scripts beside it, outside and inside the clean Debian; sourced, not run.

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# same WHAT EXPECTED ACTUAL
same() { [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"; }

# holds TEXT PART
holds() { case "$1" in *"$2"*) ;; *) fail "'$2' is not in: $1" ;; esac; }

standard_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# run_project REV: a project from nothing to an upgraded SQLite file, then the same on PostgreSQL.
run_project() {
    local rev=$1 folder
    folder=$(mktemp -d)
    (
        cd "$folder"
        unset DATABASE_URL
        "$rev" init >/dev/null 2>&1
        "$rev" revision -m "add packaged table" --rev-id p1 >/dev/null
        cat >versions/p1_add_packaged_table.sql <<'SQL'
-- add packaged table
--
-- revision: p1
-- revises:

-- rev:upgrade
CREATE TABLE packaged (id INTEGER PRIMARY KEY);

-- rev:downgrade
DROP TABLE packaged;
SQL
        "$rev" upgrade head >/dev/null 2>&1 || fail "upgrade on SQLite"
        same "rev current on SQLite" "p1 (head)" "$("$rev" current)"
        export DATABASE_URL=$REV_TEST_POSTGRES_URL
        "$rev" -q upgrade head || fail "upgrade on PostgreSQL"
        same "rev current on PostgreSQL" "p1 (head)" "$("$rev" current)"
        "$rev" -q downgrade base || fail "downgrade on PostgreSQL"
    ) || exit 1
    rm -rf "$folder"
}
