# How every program here is built. A folder's Makefile names its PROGRAMS (one .cpp file each, linked with the folder's
# other .cpp files and with common) and includes this file.
#
#   make                     the release build; the program appears in this folder
#   make VARIANT=asan        the same with sanitizers, in build/asan (also: tsan, coverage, clang, fuzz)
#   make CXX=... CXXFLAGS=...  another compiler, more flags: whatever they change is built again
#   make TLS=none            without OpenSSL even where it is there (TLS=openssl: not without it)
#   make install             programs, manuals and completions below DESTDIR and PREFIX (/usr/local); SETCAP=1 lets
#                            everybody ping; make uninstall removes them
#   make V=1                 shows the commands whole
#   make clean

VARIANT ?= release
ROOT := ..
FOLDER := $(notdir $(CURDIR))
BUILD := $(ROOT)/build/$(VARIANT)

include $(ROOT)/common/jobs.mk $(ROOT)/common/tls.mk

flags_release := -O2
flags_clang := -O2
# vptr asks the kernel with a pipe of its own, which fails where a test takes all descriptors away;
# and g++ 12 sees uninitialised members in the standard library when AddressSanitizer watches.
flags_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all \
    -fno-omit-frame-pointer $(if $(findstring clang,$(CXX)),,-Wno-maybe-uninitialized)
flags_tsan := -O1 -g -fsanitize=thread
flags_fuzz := $(flags_asan) -fsanitize=fuzzer-no-link
flags_coverage := -O0 -g --coverage

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
COMPILE = $(CXX) -std=c++20 -pthread -I$(ROOT) $(WARNINGS) $(flags_$(VARIANT)) $(TLS_CFLAGS) $(CPPFLAGS) $(CXXFLAGS)
LINK = $(CXX) -pthread $(flags_$(VARIANT)) $(CXXFLAGS) $(LDFLAGS)

# A program that has nothing to do with TLS does not get the libraries either.
LIBRARIES = -Wl,--as-needed $(TLS_LIBS) $(LDLIBS)

# The release programs are used where they are made; those of the other variants stay in the build tree.
BIN := $(if $(filter release,$(VARIANT)),.,$(BUILD)/$(FOLDER))

object_of = $(patsubst $(ROOT)/%.cpp,$(BUILD)/%.o,$(1))
# Of a pair NAME_openssl.cpp and NAME_none.cpp, only what TLS says is built.
other_tls := $(addprefix %_,$(addsuffix .cpp,$(filter-out $(TLS),openssl none)))
common_sources := $(filter-out $(other_tls),$(wildcard $(ROOT)/common/*.cpp $(ROOT)/common/*/*.cpp))
common_objects := $(call object_of,$(common_sources))
folder_objects := $(call object_of,$(filter-out $(other_tls),$(addprefix $(ROOT)/$(FOLDER)/,$(wildcard *.cpp */*.cpp))))
program_objects := $(PROGRAMS:%=$(BUILD)/$(FOLDER)/%.o)
common_library := $(BUILD)/common.a

# Each command is told by one word and what it makes.
told = @$(if $(V),,echo '  $(1) $(patsubst $(ROOT)/%,%,$(2))';)$(if $(V),set -x;)

.PHONY: all install uninstall clean
.DELETE_ON_ERROR:
all: $(PROGRAMS:%=$(BIN)/%)

$(PROGRAMS:%=$(BIN)/%): $(BIN)/%: $(BUILD)/$(FOLDER)/%.o $(filter-out $(program_objects),$(folder_objects)) $(common_library)
	$(call told,link,$(FOLDER)/$(@F)) $(LINK) -o $@ $^ $(LIBRARIES)

$(common_library): $(common_objects)
	$(call told,pack,$@) rm -f $@; $(AR) qcs $@ $^

$(BUILD)/%.o: $(ROOT)/%.cpp $(BUILD)/commands
	@mkdir -p $(@D)
	$(call told,compile,$<) $(COMPILE) -MMD -MP -c -o $@ $<

# Holds the commands of the last build; newer than all objects once they have changed.
commands := $(COMPILE) | $(LINK) | $(LIBRARIES) | TLS=$(TLS)
ifneq ($(commands),$(shell cat $(BUILD)/commands 2>/dev/null))
$(shell mkdir -p $(BUILD) && rm -f $(BUILD)/commands)
endif
$(BUILD)/commands:
	@mkdir -p $(@D)
	@echo '$(commands)' > $@

PREFIX ?= /usr/local
installed := $(DESTDIR)$(PREFIX)
bash_completions := $(installed)/share/bash-completion/completions
zsh_completions := $(installed)/share/zsh/site-functions
manuals := $(wildcard $(PROGRAMS:%=%.1))

install: all
	install -d $(installed)/bin $(installed)/share/man/man1 $(bash_completions) $(zsh_completions)
	install $(PROGRAMS:%=$(BIN)/%) $(installed)/bin
	install -m 644 $(manuals) $(installed)/share/man/man1
	set -e; for program in $(PROGRAMS); do \
	    $(BIN)/$$program --completion=bash >$(bash_completions)/$$program; \
	    $(BIN)/$$program --completion=zsh >$(zsh_completions)/_$$program; done
	$(if $(and $(SETCAP),$(filter icmppinger,$(PROGRAMS))),setcap cap_net_raw+ep $(installed)/bin/icmppinger)

uninstall:
	rm -f $(PROGRAMS:%=$(installed)/bin/%) $(manuals:%=$(installed)/share/man/man1/%) \
	    $(PROGRAMS:%=$(bash_completions)/%) $(PROGRAMS:%=$(zsh_completions)/_%)

clean:
	rm -rf $(BUILD)/$(FOLDER) $(BUILD)/common $(common_library) $(PROGRAMS:%=$(BIN)/%)

-include $(patsubst %.o,%.d,$(common_objects) $(folder_objects))
