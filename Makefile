# make              build every program, each in its own folder
# make demo         run all five against each other, in a few seconds
# make test         build and run all tests (TESTS='[webserver]' for some of them)
# make grade        the score of every program here, or of another: WEBSERVER='python3 WebServer.py' STUDENT=dir
# make grade-all    the same for a folder of submissions: SUBMISSIONS=dir WEBSERVER='python3 WebServer.py'
# make asan tsan    the same tests under sanitizers
# make fuzz         the parsers under libFuzzer, for some seconds each
# make bench        measure the figures of the README
# make tidy format  lint the sources; format them (make format-check only reports)
# make TLS=none     any of these without OpenSSL, which is used where pkg-config finds it
# make install      programs, manuals and completions below PREFIX (/usr/local) and DESTDIR; make uninstall
# make deb          a Debian package of them, in build/
# make V=1          print the commands, not only their targets
# make compile_commands.json   how each file is compiled, for clangd and similar tools
# make clean        remove everything that was built

PROGRAM_FOLDERS := $(patsubst %/Makefile,%,$(wildcard webserver/Makefile udppinger/Makefile mailclient/Makefile proxy/Makefile icmppinger/Makefile))
SOURCES = $(shell find common tests $(PROGRAM_FOLDERS) -name '*.cpp')
HEADERS = $(shell find common tests $(PROGRAM_FOLDERS) -name '*.h')

include common/jobs.mk common/tls.mk
MAKEFLAGS += --no-print-directory

.PHONY: all objects demo test build-tests compile_commands.json build-grader grade grade-all bench fuzz asan tsan tidy format format-check install uninstall deb clean $(PROGRAM_FOLDERS)
.NOTPARALLEL: # the folders share the objects of common; -j still works within a folder

all: objects $(PROGRAM_FOLDERS)

# Compiles the units of all folders in one make, which keeps all processors busy; the folders then link them.
objects:
	$(if $(wildcard tests/Makefile),$(MAKE) -C tests objects)

$(PROGRAM_FOLDERS):
	$(MAKE) -C $@

demo: all
	@sh tests/demo/demo.sh

test: all
	$(MAKE) -C tests test

compile_commands.json:
	$(MAKE) -C tests $@

build-tests: all
	$(MAKE) -C tests

asan tsan:
	$(MAKE) test VARIANT=$@

build-grader grade grade-all: all
	$(MAKE) -C tests $@

bench: all
	$(MAKE) -C tests bench

fuzz:
	$(MAKE) -C tests run-fuzzers VARIANT=fuzz CXX=clang++

# The path analyzer stays within one function; TIDY_DEPTH=deep follows calls and takes twice the time.
# Most of that time goes to the standard library's headers, so the files of a folder are joined to one unit, as for a
# first build; that each file compiles alone, and uses what it declares, is checked beside it. The test cases are left
# out: compilers and sanitizers check them.
TIDY_DEPTH := shallow
tidy_sources = $(filter-out %_test.cpp tests/catch/%,$(SOURCES))
tidy_folders = common $(PROGRAM_FOLDERS) tests/grade tests/grader
mains = $(foreach folder,$(PROGRAM_FOLDERS),$(patsubst %,$(folder)/%.cpp,$(shell sed -n 's/^PROGRAMS = //p' $(folder)/Makefile)))
tidy_alone = $(mains) $(filter %_none.cpp tests/bench/% tests/fuzz/%,$(tidy_sources))
tidy_joined = $(filter-out $(tidy_alone),$(tidy_sources))
tidy_all := --checks=-bugprone-suspicious-include
tidy_one_file := --checks=-*,clang-diagnostic-*,misc-unused-using-decls
tidy:
	@rm -rf build/tidy; mkdir -p build/tidy/tests; cp tests/.clang-tidy build/tidy/tests/
	@$(foreach folder,$(tidy_folders),printf '#include "%s"\n' $(filter $(folder)/%,$(tidy_joined)) >build/tidy/$(folder).cpp;)
	@{ printf '%s $(tidy_all)\n' build/tidy/*.cpp build/tidy/tests/*.cpp $(tidy_alone); \
	    printf '%s $(tidy_one_file)\n' $(tidy_joined); } | xargs -P "$$(nproc)" -L 1 sh -c 'exec clang-tidy --quiet \
	    --warnings-as-errors=* --header-filter=.* "$$@" -- -std=c++20 -I. -Itests/catch/v2 -Wall -Wextra \
	    -Wreserved-identifier -Xclang -analyzer-opt-analyze-headers -Xclang -analyzer-config -Xclang mode=$(TIDY_DEPTH)' tidy

format:
	@clang-format -i $(SOURCES) $(HEADERS)

format-check:
	@clang-format --dry-run --Werror $(SOURCES) $(HEADERS)

install uninstall:
	set -e; for folder in $(PROGRAM_FOLDERS); do $(MAKE) -C "$$folder" $@; done

deb: all
	+sh .packaging/deb

clean:
	rm -rf build compile_commands.json
	set -e; for folder in $(PROGRAM_FOLDERS); do $(MAKE) -C "$$folder" clean; done
