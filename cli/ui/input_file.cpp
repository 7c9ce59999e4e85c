#include "cli/ui/input_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <istream>

#include "cli/ui/output.h"

namespace quarry::cli {

std::istream& open_input(Context& context, const std::string& file, std::ifstream& opened, const std::string& hint) {
    if (file == "-") {
        if (context.stdin_is_terminal) context.out.note("reading from the terminal; end with Ctrl-D");
        return context.in;
    }
    opened.open(file, std::ios::binary);
    const int failure = errno;
    std::error_code unreadable;
    const bool is_folder = std::filesystem::is_directory(file, unreadable);
    if (opened && !is_folder) return opened;
    throw Error(ErrorCode::failed, fmt::format("cannot read {}", file), hint)
        .because(is_folder ? "it is a folder" : std::strerror(failure));
}

}  // namespace quarry::cli
