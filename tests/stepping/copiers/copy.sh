#!/bin/sh
# Copies a file as scripts often do: into a hidden name beside the destination, then mv.
set -e
hidden="$(dirname "$2")/.$(basename "$2").$$"
trap 'rm -f "$hidden"' EXIT
cat "$1" > "$hidden"
chmod 644 "$hidden"
mv "$hidden" "$2"
