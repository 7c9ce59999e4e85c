#pragma once

#include <string>
#include <string_view>

namespace quarry {

/// The URI that `reference` names when it is found in a document of the URI `base` (RFC 3986, 5.2). Neither has a
/// fragment. Nothing is checked, decoded or fetched. A base of "" leaves a reference as it is.
[[nodiscard]] std::string resolve_uri_reference(std::string_view base, std::string_view reference);

}  // namespace quarry
