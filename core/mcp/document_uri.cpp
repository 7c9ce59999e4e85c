#include "core/mcp/document_uri.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/percent.h"
#include "core/base/text.h"

namespace quarry::mcp {
namespace {

constexpr std::string_view scheme = "quarry://doc/";
constexpr std::size_t longest_name = 10'000;

std::string range_text(std::size_t first, std::size_t last) {
    return last == first ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
}

bool read_number(std::string_view text, std::size_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number > 0;
}

/// "3" or "3-9".
bool read_range(std::string_view text, std::size_t& first, std::size_t& last) {
    const std::size_t dash = text.find('-');
    if (!read_number(text.substr(0, dash), first)) return false;
    if (dash == std::string_view::npos) {
        last = first;
        return true;
    }
    return read_number(text.substr(dash + 1), last) && last >= first;
}

}  // namespace

std::string DocumentUri::text() const {
    std::string uri = fmt::format("{}{}", scheme, percent_encoded(name));
    if (first_line > 0) uri += "?lines=" + range_text(first_line, last_line);
    if (first_page > 0) uri += "?pages=" + range_text(first_page, last_page);
    return uri;
}

std::optional<DocumentUri> parse_document_uri(std::string_view uri) {
    if (!uri.starts_with(scheme)) return std::nullopt;
    uri.remove_prefix(scheme.size());
    const std::size_t question = uri.find('?');
    auto name = percent_decoded(uri.substr(0, question));
    if (!name || name->empty() || name->size() > longest_name || find_invalid_utf8(*name)) return std::nullopt;
    if (name->find('\0') != std::string::npos) return std::nullopt;
    DocumentUri parsed{.name = std::move(*name)};
    if (question == std::string_view::npos) return parsed;
    const std::string_view query = uri.substr(question + 1);
    const std::size_t equals = std::min(query.find('='), query.size());
    const auto value = percent_decoded(query.substr(std::min(query.size(), equals + 1)));
    const std::string_view key = query.substr(0, equals);
    const bool fits = value && ((key == "lines" && read_range(*value, parsed.first_line, parsed.last_line)) ||
                                (key == "pages" && read_range(*value, parsed.first_page, parsed.last_page)));
    return fits ? std::optional(std::move(parsed)) : std::nullopt;
}

}  // namespace quarry::mcp
