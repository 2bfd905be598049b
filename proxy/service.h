// What all conversations share.
#pragma once

#include <string>

#include "common/http/transcript.h"
#include "proxy/access.h"
#include "proxy/cache.h"
#include "proxy/log.h"
#include "proxy/login.h"
#include "proxy/options.h"
#include "proxy/pool.h"
#include "proxy/statistics.h"
#include "proxy/upstream.h"

namespace proxy {

struct Service {
    const Options& options;
    const AccessRules& rules;
    const Upstream& upstream;
    const Log& log;
    const http::Transcript& transcript;
    const Login& login;
    Cache& cache;
    Statistics& statistics;
    const std::string pseudonym; // in Via
};

} // namespace proxy
