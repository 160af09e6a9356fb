# shellcheck shell=bash disable=SC2034  # sourced: the scripts that source it use these
# The Debian packages that building and running the service needs. Scripts/check-deployment holds the
# Dockerfile's builder to the first two lists, and its build to the options.

build_packages=(pkg-config libhiredis-dev libsqlite3-dev libmariadb-dev libpq-dev zlib1g-dev)
release_packages=(libmimalloc-dev)
run_packages=(redis-server curl)

# How a release is built, here as in the Dockerfile: with Swift's libraries linked in, which also saves a request
# some calls through tables, and with an allocator that has memory for tasks at hand: a twentieth of a request.
release_options=(-c release --static-swift-stdlib -Xlinker -lmimalloc)
