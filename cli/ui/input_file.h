#pragma once

#include <fstream>
#include <string>

#include "cli/line/command.h"

namespace quarry::cli {

/// The file that was named, opened in `opened`, or standard input for "-". Throws Error(failed) with `hint` for a
/// folder and for what cannot be read.
[[nodiscard]] std::istream& open_input(Context& context, const std::string& file, std::ifstream& opened,
                                       const std::string& hint);

}  // namespace quarry::cli
