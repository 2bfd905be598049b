#!/usr/bin/env bash
# Gradescope runs this once, as root on Ubuntu, when the autograder is uploaded: installs what the grader and the
# submissions need, and builds the grader. The zip file has setup.sh, run_autograder and this repository in its root:
#
#   git archive --prefix=network-labs/ -o autograder.zip HEAD
#   zip -j autograder.zip tests/grader/gradescope/setup.sh tests/grader/gradescope/run_autograder
set -eu
apt-get update
apt-get install -y --no-install-recommends g++ make catch2 curl python3
make -C /autograder/source/network-labs build-grader
