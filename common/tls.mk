# Which of common/tls/tls_*.cpp is built: TLS=openssl where pkg-config finds OpenSSL, else TLS=none. Says so, once a make.

openssl_version := $(shell pkg-config --modversion 'openssl >= 1.1.1' 2>/dev/null)
TLS ?= $(if $(openssl_version),openssl,none)

ifeq ($(TLS),openssl)
ifeq ($(openssl_version),)
$(error TLS=openssl: pkg-config finds no OpenSSL of 1.1.1 or later (apt-get install libssl-dev pkg-config))
endif
TLS_CFLAGS := $(shell pkg-config --cflags openssl)
TLS_LIBS := $(shell pkg-config --libs openssl)
tls_line := TLS: OpenSSL $(openssl_version)
else ifeq ($(TLS),none)
missing := libssl-dev$(if $(shell command -v pkg-config), , pkg-config)
tls_line := TLS: none$(if $(openssl_version),, (apt-get install $(strip $(missing))))
else
$(error TLS=$(TLS): say TLS=openssl or TLS=none)
endif

ifneq ($(TLS_TOLD),$(tls_line))
$(info $(tls_line))
export TLS_TOLD := $(tls_line)
endif
