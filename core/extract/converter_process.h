#pragma once

namespace quarry::extract {

/// The argument that has a converter's process load libzip before it is confined, as `Converter` starts it.
inline constexpr const char* with_libzip_argument = "with-libzip";

/// What the program of a `Converter` does, first of all and in a single thread: confines itself for good, and answers
/// on standard output for each request on standard input, until that ends. Returns the exit status.
[[nodiscard]] int serve_conversions(bool with_libzip);

}  // namespace quarry::extract
