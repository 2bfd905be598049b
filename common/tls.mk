# Which of common/tls/tls_*.cpp is built: TLS=openssl where pkg-config finds OpenSSL, else TLS=none. Prints the choice once per make.

openssl_version := $(shell pkg-config --modversion 'openssl >= 1.1.1' 2>/dev/null)
TLS ?= $(if $(openssl_version),openssl,none)

ifeq ($(TLS),openssl)
ifeq ($(openssl_version),)
$(error TLS=openssl: pkg-config finds no OpenSSL 1.1.1 or later (apt-get install libssl-dev pkg-config))
endif
TLS_CFLAGS := $(shell pkg-config --cflags openssl)
TLS_LIBS := $(shell pkg-config --libs openssl)
tls_line := TLS: OpenSSL $(openssl_version)
else ifeq ($(TLS),none)
missing := libssl-dev$(if $(shell command -v pkg-config), , pkg-config)
tls_line := TLS: none$(if $(openssl_version),, (apt-get install $(strip $(missing))))
else
$(error TLS=$(TLS): use TLS=openssl or TLS=none)
endif

ifneq ($(TLS_SHOWN),$(tls_line))
$(info $(tls_line))
export TLS_SHOWN := $(tls_line)
endif
