#pragma once

#include <functional>
#include <string>

#include "core/app/workspace.h"
#include "core/base/cancel.h"
#include "core/serve/service.h"

namespace quarry::serve {

/// What a server that has started is reached by. Secrets, but for the first.
struct Started {
    std::string url;      ///< "http://127.0.0.1:8420"
    std::string token;    ///< For Authorization: Bearer.
    std::string sign_in;  ///< An address that signs a browser in, once.
};

/// The address in "ADDRESS:PORT", without brackets. Throws Error(usage) for what is none.
[[nodiscard]] std::string listening_host(const std::string& listen);

/// Serves until `cancel` is cancelled: "ADDRESS:PORT"; port 0 takes any that is free. Tells `started` once requests are
/// accepted. Throws Error: usage for an address that is none, and for one other than loopback where nobody but the
/// owner may come in; failed where it is taken; and what opening the base throws.
void serve(app::Workspace& workspace, const std::string& listen, ServiceOptions options, const Cancellation& cancel,
           const std::function<void(const Started&)>& started);

}  // namespace quarry::serve
