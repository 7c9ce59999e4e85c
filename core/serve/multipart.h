#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::serve {

/// A part of a form: where its content stands in the file that has the body.
struct FormPart {
    std::string name{};  ///< Of the field.
    std::string file{};  ///< The name of a file, as the client gave it; empty for a field.
    bool is_file = false;
    std::uint64_t begin = 0, bytes = 0;
};

/// The boundary in a Content-Type of multipart/form-data; empty for another type.
[[nodiscard]] std::string boundary_of(std::string_view content_type);

/// The parts of a body of multipart/form-data (RFC 7578), read in pieces. Throws Error(usage) for what is none, or has
/// more than a hundred parts or a part's header over 16 kB; failed where the file cannot be read.
[[nodiscard]] std::vector<FormPart> read_form(const std::filesystem::path& file, std::string_view boundary);

}  // namespace quarry::serve
