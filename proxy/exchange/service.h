// The objects that all connections share.
#pragma once

#include <string>

#include "common/explain/http_transcript.h"
#include "proxy/access/access.h"
#include "proxy/access/login.h"
#include "proxy/message/timeouts.h"
#include "proxy/origin/pool.h"
#include "proxy/origin/upstream.h"
#include "proxy/status/log.h"
#include "proxy/status/statistics.h"
#include "proxy/store/cache.h"

namespace proxy {

struct Service {
    const Timeouts& timeouts;
    const AccessRules& rules;
    const Upstream& upstream;
    const Log& log;
    const http::Transcript& transcript;
    const BasicLogin& login;
    Cache& cache;
    Statistics& statistics;
    const std::string pseudonym; // the proxy's name in Via
};

} // namespace proxy
