# How every program here is built. A folder's Makefile names its PROGRAMS (one .cpp file each, linked with the folder's
# other .cpp files and with common) and includes this file.
#
#   make                     the release build; the program appears in this folder
#   make VARIANT=asan        the same with sanitizers, in build/asan (also: tsan, coverage, clang, fuzz)
#   make CXX=... CXXFLAGS=...  another compiler, more flags: whatever they change is built again
#   make TLS=none            without OpenSSL even where it is there (TLS=openssl: not without it)
#   make clean

VARIANT ?= release
ROOT := ..
FOLDER := $(notdir $(CURDIR))
BUILD := $(ROOT)/build/$(VARIANT)

include $(ROOT)/common/tls.mk

flags_release := -O2
flags_clang := -O2
flags_notls := -O0
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
other_tls := $(filter-out %/tls_$(TLS).cpp,$(wildcard $(ROOT)/common/tls_*.cpp))
common_sources := $(filter-out $(other_tls),$(wildcard $(ROOT)/common/*.cpp $(ROOT)/common/*/*.cpp))
common_objects := $(call object_of,$(common_sources))
folder_objects := $(call object_of,$(addprefix $(ROOT)/$(FOLDER)/,$(wildcard *.cpp)))
program_objects := $(PROGRAMS:%=$(BUILD)/$(FOLDER)/%.o)
common_library := $(BUILD)/common.a

.PHONY: all clean
.DELETE_ON_ERROR:
all: $(PROGRAMS:%=$(BIN)/%)

$(PROGRAMS:%=$(BIN)/%): $(BIN)/%: $(BUILD)/$(FOLDER)/%.o $(filter-out $(program_objects),$(folder_objects)) $(common_library)
	$(LINK) -o $@ $^ $(LIBRARIES)

$(common_library): $(common_objects)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: $(ROOT)/%.cpp $(BUILD)/commands
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

# Holds the commands of the last build; newer than all objects once they have changed.
commands := $(COMPILE) | $(LINK) | $(LIBRARIES) | TLS=$(TLS)
ifneq ($(commands),$(shell cat $(BUILD)/commands 2>/dev/null))
$(shell mkdir -p $(BUILD) && rm -f $(BUILD)/commands)
endif
$(BUILD)/commands:
	@mkdir -p $(@D)
	@echo '$(commands)' > $@

clean:
	rm -rf $(BUILD)/$(FOLDER) $(BUILD)/common $(common_library) $(PROGRAMS:%=$(BIN)/%)

-include $(patsubst %.o,%.d,$(common_objects) $(folder_objects))
