#pragma once

#include <functional>
#include <string>

#include "core/json_rpc/message.h"

namespace quarry::mcp_client {

/// A form that a server wants to have filled in. Its words are the server's: hostile.
struct ElicitationForm {
    std::string message{};
    json_rpc::Json schema{};  ///< Of an object with plain properties; checked.
};

/// Fills a form in: the content, an object; null declines.
using FillForm = std::function<json_rpc::Json(const ElicitationForm& form)>;

/// A form with what it proposes itself: the default of each property that has one. Null when a required property has
/// none, as nobody said what it should be.
[[nodiscard]] json_rpc::Json filled_with_defaults(const ElicitationForm& form);

/// The answer to `elicitation/create` with these parameters: accepted with what `fill` gives and what that left out by
/// default; declined where it gives null, is empty, or the content does not fit the form. Throws Error(failed) for
/// parameters that are no form: another mode than a form, more than 50 properties, ones that are not plain.
[[nodiscard]] json_rpc::Json answer_elicitation(const json_rpc::Json& params, const FillForm& fill);

}  // namespace quarry::mcp_client
