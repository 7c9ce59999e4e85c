#pragma once

#include "core/net/message.h"

namespace quarry::serve {

/// Gives an error the form that OpenAI's clients read: {"error": {message, type, param, code}}. Leaves others as they
/// are.
void give_openai_form(net::Response& response);

}  // namespace quarry::serve
