// This program, started again to read documents' formats where they can do no harm.
#include "core/app/own_converter.h"

#include <unistd.h>

#include "core/extract/converter_process.h"

namespace quarry::app {
namespace {

/// Not in the help: it is of no use at a terminal.
constexpr const char* serve_conversions_argument = "--serve-conversions";
constexpr const char* own_program = "/proc/self/exe";

}  // namespace

std::optional<int> serve_as_converter(std::span<const std::string> arguments) {
    if (arguments.empty() || arguments.front() != serve_conversions_argument) return std::nullopt;
    return extract::serve_conversions(arguments.size() > 1 && arguments[1] == extract::with_libzip_argument);
}

extract::ConverterProgram own_converter(const config::Config::Environment& environment) {
    if (::access(own_program, X_OK) != 0) return {};
    extract::ConverterProgram program{{own_program, serve_conversions_argument}, {}};
    // It is loaded as this process was.
    if (const auto libraries = environment("LD_LIBRARY_PATH")) {
        program.environment.push_back("LD_LIBRARY_PATH=" + *libraries);
    }
    return program;
}

}  // namespace quarry::app
