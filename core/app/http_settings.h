#pragma once

#include <optional>
#include <string>

#include "core/config/config.h"

namespace quarry::app {

/// Puts the settings http.proxy and http.ca_file into the fields `proxy` and `ca_file` of anything that asks servers.
/// Without http.proxy the environment's variables decide.
template <typename Options>
void set_http_settings(const config::Config& config, Options& options) {
    if (const std::string& proxy = config.text("http.proxy"); !proxy.empty()) options.proxy = proxy;
    options.ca_file = config.text("http.ca_file");
}

}  // namespace quarry::app
