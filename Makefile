# make              build every program, each in its own folder
# make test         build and run all tests (TESTS='[webserver]' for some of them)
# make grade        the score of every program here, or of somebody's: WEBSERVER='python3 WebServer.py' STUDENT=dir
# make grade-all    the same for a folder of submissions: SUBMISSIONS=dir WEBSERVER='python3 WebServer.py'
# make asan tsan    the same tests under sanitizers
# make fuzz         the parsers under libFuzzer, for some seconds each
# make bench        measure what the README promises
# make tidy format  lint the sources; put them into the house's format (make format-check only looks)
# make TLS=none     any of these without OpenSSL, which is used where pkg-config finds it
# make clean        remove all that was built

PROGRAM_FOLDERS := $(patsubst %/Makefile,%,$(wildcard webserver/Makefile udppinger/Makefile mailclient/Makefile proxy/Makefile icmppinger/Makefile))
SOURCES := $(shell find common tests $(PROGRAM_FOLDERS) -name '*.cpp')
HEADERS := $(shell find common tests $(PROGRAM_FOLDERS) -name '*.h')

include common/tls.mk

.PHONY: all test build-tests grade grade-all bench fuzz asan tsan tidy format format-check clean $(PROGRAM_FOLDERS)
.NOTPARALLEL: # the folders share common's objects; within a folder -j works as ever

all: $(PROGRAM_FOLDERS)

$(PROGRAM_FOLDERS):
	$(MAKE) -C $@

test: all
	$(MAKE) -C tests test

build-tests: all
	$(MAKE) -C tests

asan tsan:
	$(MAKE) test VARIANT=$@

grade grade-all: all
	$(MAKE) -C tests $@

bench: all
	$(MAKE) -C tests bench

fuzz:
	$(MAKE) -C tests run-fuzzers VARIANT=fuzz CXX=clang++

tidy:
	printf '%s\n' $(SOURCES) | xargs -P "$$(nproc)" -I{} clang-tidy --quiet --warnings-as-errors='*' {} -- -std=c++20 -I.

format:
	clang-format -i $(SOURCES) $(HEADERS)

format-check:
	clang-format --dry-run --Werror $(SOURCES) $(HEADERS)

clean:
	rm -rf build
	set -e; for folder in $(PROGRAM_FOLDERS); do $(MAKE) -C "$$folder" clean; done
