// A caching HTTP proxy for browsers.

#include <exception>
#include <iostream>

#include "common/connections.h"
#include "common/program/log_rotation.h"
#include "common/program/output.h"
#include "common/signals.h"
#include "common/tcp_listener.h"
#include "proxy/clients.h"
#include "proxy/message/forwarded_head.h"
#include "proxy/store_administration.h"

int main(int argc, char* argv[])
try {
    const proxy::Options options = proxy::parse_options(argc, argv);
    if (proxy::administer_store(options)) return 0;
    const proxy::AccessRules rules(options.allow, options.connect_ports);
    const proxy::Upstream upstream(options.parent, options.timeouts);
    proxy::Log log(options.log);
    const net::LogRotation rotation(log.lines());
    const proxy::BasicLogin login(options.auth);
    proxy::Cache cache(proxy::cache_folder(options), proxy::store_limits(options));
    const http::Transcript transcript(proxy::transcript_detail(options), http::transcript_timeout);
    proxy::Statistics statistics;
    const proxy::Service service{
        options.timeouts,       rules, upstream, log, transcript, login, cache, statistics,
        proxy::make_pseudonym()};
    net::catch_interrupts();
    net::schedule_as_batch();
    {
        proxy::Clients clients(service, options.max_clients);
        net::TcpListener listener(options.port, options.bind);
        std::cerr << "proxy: listening on " + listener.local().text() + " (Ctrl-C ends)\n";
        while (auto client = listener.accept()) // nothing after SIGINT or SIGTERM
            clients.admit(std::move(*client));
    } // ~Clients lets responses under way finish
    net::print_diagnostic("proxy: " + summary(statistics.totals()) + "\n",
                          net::Deadline::in(net::final_output_timeout));
    return 0;
} catch (const std::exception& error) {
    net::complain("proxy", error.what());
    return 2;
}
