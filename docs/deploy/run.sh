#!/bin/sh
# Becomes a process of the Procfile by its name (web, worker, worker_extra, release), or any other command as given.
# Containers and systemd start everything through it, so that what runs is written down once.
set -eu
cd "$(dirname "$0")/../.."
line=
case ${1:-web} in
    *[!a-z_]*) ;; # no name of a process
    *) line=$(sed -n "s/^${1:-web}: //p" Procfile) ;;
esac
if [ -n "$line" ]; then
    # The line itself says `exec`: signals reach granian and Huey, not a shell before them.
    exec sh -c "$line"
fi
exec "$@"
