# Shared by the scripts beside it; sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n== %s\n' "$*"; }

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

build_packages=(
    g++ cmake ninja-build pkg-config ccache git ca-certificates
    libpqxx-dev libpq-dev libsqlite3-dev libyaml-cpp-dev libcli11-dev libboost-graph-dev
    libpg-query-dev libfmt-dev nettle-dev libmimalloc-dev nlohmann-json3-dev doctest-dev tzdata
)

# What only tests need: the database programs, the real Alembic, the real mappers, shells to complete in, readers of drawings and of manual
# pages, a browser with a font, what makes and tries packages, clang for the fuzz targets, and the checks of format and code.
test_packages=(
    sqlite3 postgresql-15 postgresql-client-15 pgbouncer util-linux
    python3 python3-alembic python3-flask-migrate python3-sqlalchemy python3-django python3-psycopg2 python3-psycopg python3-asyncpg python3-pg8000 python3-yaml python3-jsonschema bash zsh fish man-db groff-base mandoc
    graphviz libxml2-utils debootstrap dpkg-dev file curl
    python3-venv python3-pip python3-fastapi python3-uvicorn python3-gunicorn python3-flask
    chromium fonts-dejavu-core
    clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14
)

# What drives the browser, what draws Mermaid's text, and what judges whether all people can use a page. Node 18, which
# is Debian 12's, is enough for all.
node_packages=(playwright-core@1.58.0 @mermaid-js/tiny@11.17.2 axe-core@4.10.3 typescript@5.9.3)

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "root is needed for: $* (run this as root, or install sudo)"
    fi
}

is_installed() {
    dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# install_packages NAME...: installs what is not installed yet; quick and silent when there is nothing to do.
install_packages() {
    local package missing=()
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} = 0 ]; then
        return
    fi
    command -v apt-get >/dev/null || die "this script installs Debian packages; install these by hand: ${missing[*]}"
    say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    as_root apt-get update -qq || die "apt-get update failed: is the package mirror reachable?"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        die "apt-get could not install: ${missing[*]}"
}

# install_node_packages: into build/node_modules; does nothing if these versions are there.
install_node_packages() {
    local wanted="${node_packages[*]}" stamp="$root/build/node_modules/.rev-packages"
    command -v npm >/dev/null || install_packages npm
    if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    say "Installing Node packages: $wanted"
    mkdir -p "$root/build"
    npm install --silent --no-fund --no-audit --no-save --ignore-scripts --prefix "$root/build" "${node_packages[@]}" ||
        die "npm could not install: $wanted"
    printf '%s\n' "$wanted" >"$stamp"
}

# The tests start a PostgreSQL of their own; installing the server must not leave another one running.
no_default_cluster() {
    is_installed postgresql-15 && return
    install_packages postgresql-common
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    printf 'create_main_cluster = false\n' |
        as_root tee /etc/postgresql-common/createcluster.d/no-default-cluster.conf >/dev/null
}

# build PRESET [TARGET...]: configures on the first call, then builds what changed.
build() {
    local preset=$1
    shift
    cd "$root" || exit 1
    [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >"/tmp/rev-configure.$$" 2>&1 || {
        cat "/tmp/rev-configure.$$" >&2
        rm -f "/tmp/rev-configure.$$"
        die "cmake could not configure build/$preset"
    }
    rm -f "/tmp/rev-configure.$$"
    cmake --build "build/$preset" ${1:+--target "$@"} || die "the build failed"
}
