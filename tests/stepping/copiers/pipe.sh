#!/bin/sh
# Copies a file through two programs and a pipe.
set -e
tar -C "$(dirname "$1")" -cf - "$(basename "$1")" | tar -C "$(dirname "$2")" -xf -
mv "$(dirname "$2")/$(basename "$1")" "$2"
