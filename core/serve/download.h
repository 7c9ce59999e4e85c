#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/net/message.h"
#include "core/store/original_repository.h"

namespace quarry::serve {

class Service;

/// A range of bytes, both ends included.
struct ByteRange {
    std::uint64_t first = 0, last = 0;
};

enum class RangeKind { all, some, none };
struct AskedRange {
    RangeKind kind = RangeKind::all;  ///< `none`: there is nothing at that place.
    ByteRange range{};
};
/// What a Range asks for of so many bytes (RFC 9110, 14.2): all where it is empty, no range, or several.
[[nodiscard]] AskedRange asked_range(std::string_view header, std::uint64_t bytes);

/// A name in Content-Disposition, in which no character leads out of it (RFC 6266).
[[nodiscard]] std::string attachment(std::string_view name);

/// A file, or what the request wants of it: Range, If-Range, If-None-Match. A megabyte of it is held at a time.
[[nodiscard]] net::Response download_response(Service& service, const net::Request& request,
                                              const store::Original& original);

/// An error about a file: 413 over the quota, else as problem_of.
[[nodiscard]] net::Response file_problem(const Error& error);

}  // namespace quarry::serve
