#pragma once

#include <exception>

#include "core/base/error.h"

namespace quarry::app {

/// An exception that nobody caught, as the error that people read: quarry's own as it is, one of SQLite, of the file
/// system or of memory with what is known of it, another as unexpected. A door calls this where a request ends.
[[nodiscard]] Error escaped_error(const std::exception_ptr& escaped);

}  // namespace quarry::app
