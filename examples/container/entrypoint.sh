#!/bin/sh
# Waits for the database, upgrades it, then becomes the container's command (if there is one).
#   REV_WAIT    how long to wait for the database server (30s)
#   REV_TARGET  what to upgrade to (head)
set -eu

# In the background, so that the shell can pass `docker stop` on: rev then rolls back the step that runs.
rev upgrade "${REV_TARGET:-head}" --wait "${REV_WAIT:-30s}" &
upgrade=$!
trap 'kill -TERM "$upgrade" 2>/dev/null' TERM INT
code=0
wait "$upgrade" || code=$?
# A signal ends `wait` before rev has ended.
while kill -0 "$upgrade" 2>/dev/null; do
    code=0
    wait "$upgrade" || code=$?
done
[ "$code" = 0 ] || exit "$code"

trap - TERM INT
exec "$@"
