#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/app/user_service.h"
#include "core/serve/service.h"

namespace quarry::serve {

/// What a server would show, and to whom.
struct Exposure {
    std::string listen{};     ///< "127.0.0.1:8420"
    bool is_loopback = true;  ///< Only programs on this machine reach it.
    bool is_encrypted = false;  ///< By the server itself.
    std::vector<std::string> hosts{}, origins{}, proxies{};
    std::string agents{};  ///< Where those are that callers with the scope agents may run; empty: nobody runs any.
    std::string issuer{};  ///< Whose tokens are trusted too; empty: nobody's.
    std::vector<app::UserListing> users{};
    std::vector<app::KeyListing> keys{};
    std::vector<std::string> problems{};  ///< Why it would not start, or what is set in vain.
};

/// Looks at the settings and the base; starts nothing. Throws Error: usage for an address that is none, and what
/// opening the base throws.
[[nodiscard]] Exposure exposure(app::Services& services, const std::string& listen, const ServiceOptions& options);

/// The same as quarry.serve.check/1.
[[nodiscard]] nlohmann::ordered_json exposure_json(const Exposure& exposure);
/// The same for people, in lines.
[[nodiscard]] std::string exposure_text(const Exposure& exposure);

}  // namespace quarry::serve
