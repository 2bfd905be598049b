# How every program here is built. A folder's Makefile names its PROGRAMS (one .cpp file each, linked with all other
# sources of the folder), in COMMON the rooms of common/ that it uses besides the socket library, and includes this file.
#
# Three quarters of a compile is parsing the standard library's headers, so sources share translation units. A room is a
# folder of sources: webserver/, webserver/site/, common/text/. The first build of webserver joins all its rooms to one
# unit; once one of its files has changed, each room is a unit. With SPLIT=1 each file is one.
#
#   make                     the release build; the program appears in this folder
#   make VARIANT=asan        the same with sanitizers, in build/asan (also: tsan, coverage, clang, fuzz)
#   make CXX=... CXXFLAGS=...  another compiler, more flags: everything that they change is built again
#   make TLS=none            without OpenSSL even where it is installed (TLS=openssl: fail without it)
#   make install             programs, manuals and completions below DESTDIR and PREFIX (/usr/local); SETCAP=1 lets
#                            all users ping; make uninstall removes them
#   make SPLIT=1             compiles file by file
#   make V=1                 prints the whole commands
#   make clean

VARIANT ?= release
ROOT := ..
# The last word: the path may contain blanks.
FOLDER := $(lastword $(notdir $(CURDIR)))
BUILD_TREE := $(ROOT)/build/$(VARIANT)

include $(ROOT)/common/jobs.mk $(ROOT)/common/tls.mk

flags_release := -O2
flags_clang := -O2
# vptr opens a pipe, which fails where a test leaves no descriptors;
# and g++ 12 with AddressSanitizer warns of uninitialised members in the standard library.
flags_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize=vptr -fno-sanitize-recover=all \
    -fno-omit-frame-pointer $(if $(findstring clang,$(CXX)),,-Wno-maybe-uninitialized)
flags_tsan := -O1 -g -fsanitize=thread
flags_fuzz := $(flags_asan) -fsanitize=fuzzer-no-link
flags_coverage := -O0 -g --coverage

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion
COMPILE = $(CXX) -std=c++20 -pthread -I$(ROOT) $(WARNINGS) $(flags_$(VARIANT)) $(TLS_CFLAGS) $(CPPFLAGS) $(CXXFLAGS)
LINK = $(CXX) -pthread $(flags_$(VARIANT)) $(CXXFLAGS) $(LDFLAGS)

# A program without TLS is not linked with the libraries.
LIBRARIES = -Wl,--as-needed $(TLS_LIBS) $(LDLIBS)

# Release programs go to their folder; those of other variants stay in the build tree.
BIN := $(if $(filter release,$(VARIANT)),.,$(BUILD_TREE)/$(FOLDER))

object_of = $(patsubst $(ROOT)/%.cpp,$(BUILD_TREE)/%.o,$(1))
built_of = $(patsubst $(ROOT)/%,$(BUILD_TREE)/%,$(1))
# The rooms of a folder of programs: itself and the folders below it. Of common, these three serve all programs.
rooms_of = $(if $(filter common,$(1)),$(addprefix $(ROOT)/,common common/text common/program),$(patsubst %/,%,$(sort \
    $(dir $(wildcard $(addprefix $(ROOT)/$(1)/,*.cpp */*.cpp))))))
programs_of = $(shell sed -n 's/^PROGRAMS = //p' $(ROOT)/$(1)/Makefile)
mains_of = $(addprefix $(ROOT)/$(1)/,$(addsuffix .cpp,$(call programs_of,$(1))))
# Of a pair NAME_openssl.cpp and NAME_none.cpp, only the one that TLS names is built.
other_tls := $(addprefix %_,$(addsuffix .cpp,$(filter-out $(TLS),openssl none)))
# Pages, styles and scripts that a program sends are built into it as text.
embedded_of = $(addsuffix .cpp,$(call built_of,$(wildcard $(addprefix $(1)/*.,html css js))))
sources_of = $(foreach room,$(1),$(filter-out $(mains) $(other_tls),$(wildcard $(room)/*.cpp)) $(call embedded_of,$(room)))
files_of = $(patsubst $(BUILD_TREE)/%.cpp,$(BUILD_TREE)/%.o,$(call object_of,$(call sources_of,$(1))))
units_of = $(if $(SPLIT),$(call files_of,$(1)),$(addsuffix /room.o,$(call built_of,$(1))))
changed_in = $(filter-out $(mains),$(shell find $(call rooms_of,$(1)) -maxdepth 1 -newer $(BUILD_TREE)/$(1)/joined.o \
    '(' -name '*.cpp' -o -name '*.h' ')'))
is_fresh = $(if $(wildcard $(BUILD_TREE)/$(1)/joined.o),$(if $(changed_in),,yes),yes)
is_joined = $(if $(SPLIT)$(wildcard $(addsuffix /room.o,$(call built_of,$(call rooms_of,$(1))))),,$(call is_fresh,$(1)))
objects_of = $(if $(call is_joined,$(1)),$(BUILD_TREE)/$(1)/joined.o,$(call units_of,$(call rooms_of,$(1))))

# The folders whose programs are built here.
FOLDERS ?= $(FOLDER)
mains := $(foreach folder,$(FOLDERS),$(call mains_of,$(folder)))
main_objects := $(call object_of,$(mains))
common_objects := $(call objects_of,common) $(call units_of,$(addprefix $(ROOT)/common/,$(filter-out text program,$(COMMON))))
room_objects := $(foreach folder,$(FOLDERS),$(call objects_of,$(folder))) $(common_objects) # the longest first

# Prints one word for a command and the file that it makes.
announce = @$(if $(V),,echo '  $(1) $(patsubst $(ROOT)/%,%,$(2))';)$(if $(V),set -x;)

.PHONY: all install uninstall clean FORCE
.DELETE_ON_ERROR:
.PRECIOUS: $(BUILD_TREE)/%/room.cpp $(BUILD_TREE)/%/joined.cpp
all: $(PROGRAMS:%=$(BIN)/%)

$(PROGRAMS:%=$(BIN)/%): $(BIN)/%: $(room_objects) $(BUILD_TREE)/$(FOLDER)/%.o
	$(call announce,link,$(FOLDER)/$(@F)) $(LINK) -o $@ $^ $(LIBRARIES)

# Writes a unit again only when a source was added or removed.
define write_unit
	@mkdir -p $(@D); printf '%s\n' $(patsubst $(ROOT)/%,'#include "%"',$(1)) >$@.$$$$; \
	    if cmp -s $@.$$$$ $@; then rm $@.$$$$; else mv $@.$$$$ $@; fi
endef
$(BUILD_TREE)/%/joined.cpp: FORCE ; $(call write_unit,$(call sources_of,$(call rooms_of,$*)))
$(BUILD_TREE)/%/room.cpp: FORCE ; $(call write_unit,$(call sources_of,$(ROOT)/$*))

$(BUILD_TREE)/%/joined.o: $(BUILD_TREE)/%/joined.cpp $(BUILD_TREE)/commands
	$(call announce,compile,$* (all $(words $(call sources_of,$(call rooms_of,$*))) files)) $(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD_TREE)/%/room.o: $(BUILD_TREE)/%/room.cpp $(BUILD_TREE)/commands
	$(call announce,compile,$* ($(words $(call sources_of,$(ROOT)/$*)) files)) $(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD_TREE)/%.o: $(ROOT)/%.cpp $(BUILD_TREE)/commands
	@mkdir -p $(@D)
	$(call announce,compile,$<) $(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD_TREE)/%.o: $(BUILD_TREE)/%.cpp $(BUILD_TREE)/commands
	$(call announce,compile,$<) $(COMPILE) -MMD -MP -c -o $@ $<

# The text of live/style.css is webserver::style_css; the room's assets.h declares it.
define embed
	@mkdir -p $(@D); { printf '#include "%sassets.h"\nconstinit const std::string_view %s = R"embedded(' \
	    $(dir $*) $(firstword $(subst /, ,$*))::$(subst .,_,$(notdir $<)); cat $<; echo ')embedded";'; } >$@
endef
$(BUILD_TREE)/%.html.cpp: $(ROOT)/%.html ; $(embed)
$(BUILD_TREE)/%.css.cpp: $(ROOT)/%.css ; $(embed)
$(BUILD_TREE)/%.js.cpp: $(ROOT)/%.js ; $(embed)
$(room_objects): | $(foreach folder,$(FOLDERS),$(foreach room,$(call rooms_of,$(folder)),$(call embedded_of,$(room))))

# Holds the commands of the last build; newer than all objects once they have changed.
commands := $(COMPILE) | $(LINK) | $(LIBRARIES) | TLS=$(TLS)
ifneq ($(commands),$(shell cat $(BUILD_TREE)/commands 2>/dev/null))
$(shell mkdir -p $(BUILD_TREE) && rm -f $(BUILD_TREE)/commands)
endif
$(BUILD_TREE)/commands:
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
	rm -rf $(BUILD_TREE)/$(FOLDER) $(BUILD_TREE)/common $(PROGRAMS:%=$(BIN)/%)

-include $(patsubst %.o,%.d,$(main_objects) $(room_objects))
