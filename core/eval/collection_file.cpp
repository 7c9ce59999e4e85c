// Foreign lines, checked one by one.

#include "core/eval/collection_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "core/base/error.h"
#include "core/base/lines.h"
#include "core/base/text.h"

namespace quarry::eval {
namespace {

constexpr std::size_t max_line_bytes = 64 << 20;

}  // namespace

CollectionFile::CollectionFile(std::filesystem::path path, std::string layout)
    : path_(std::move(path)), layout_(std::move(layout)) {}

void CollectionFile::refuse(std::size_t line, std::string why) const {
    throw Error(ErrorCode::failed, fmt::format("cannot use {}:{}", path_.string(), line), layout_)
        .because(std::move(why));
}

void CollectionFile::for_each_line(const std::function<void(std::string_view, std::size_t)>& visit) const {
    std::ifstream in(path_, std::ios::binary);
    const auto fail = [this] {
        throw Error(ErrorCode::failed, fmt::format("cannot read {}", path_.string()), layout_)
            .because(std::strerror(errno));
    };
    if (!in) fail();
    std::string line;
    for (std::size_t number = 1; read_line(in, line, max_line_bytes); ++number) {
        if (line.size() > max_line_bytes) refuse(number, "the line is longer than 64 MB");
        if (const auto invalid = find_invalid_utf8(line)) {
            refuse(number, fmt::format("invalid UTF-8 at byte {} of the line", *invalid));
        }
        std::string_view text = line;
        if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        if (text.ends_with('\r')) text.remove_suffix(1);
        if (!trim(text).empty()) visit(text, number);
    }
    if (in.bad()) fail();
}

std::vector<std::string_view> split_blank(std::string_view line) {
    constexpr std::string_view blank = " \t\n\v\f\r";
    std::vector<std::string_view> pieces;
    for (std::size_t at = line.find_first_not_of(blank); at != std::string_view::npos;) {
        const std::size_t end = std::min(line.find_first_of(blank, at), line.size());
        pieces.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(blank, end);
    }
    return pieces;
}

}  // namespace quarry::eval
