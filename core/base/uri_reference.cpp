#include "core/base/uri_reference.h"

#include <algorithm>
#include <vector>

#include "core/base/text.h"

namespace quarry {
namespace {

/// The parts of a URI, each with its mark: "https:", "//host", "/path", "?query".
struct UriParts {
    std::string_view scheme, authority, path, query;
};

UriParts uri_parts(std::string_view uri) {
    UriParts parts;
    if (const std::size_t mark = uri.find('?'); mark != std::string_view::npos) {
        parts.query = uri.substr(mark);
        uri = uri.substr(0, mark);
    }
    if (const std::size_t colon = uri.find_first_of(":/"); colon != std::string_view::npos && uri[colon] == ':') {
        parts.scheme = uri.substr(0, colon + 1);
        uri.remove_prefix(colon + 1);
    }
    if (uri.starts_with("//")) {
        parts.authority = uri.substr(0, std::min(uri.find('/', 2), uri.size()));
        uri.remove_prefix(parts.authority.size());
    }
    parts.path = uri;
    return parts;
}

/// The path without "." and "..".
std::string without_dots(std::string_view path) {
    const bool is_absolute = path.starts_with('/');
    const std::vector<std::string_view> segments = split(is_absolute ? path.substr(1) : path, '/');
    std::vector<std::string_view> kept;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const bool is_dots = segments[i] == "." || segments[i] == "..";
        if (segments[i] == ".." && !kept.empty()) kept.pop_back();
        if (!is_dots) kept.push_back(segments[i]);
        if (is_dots && i + 1 == segments.size()) kept.emplace_back();
    }
    std::string plain = is_absolute ? "/" : "";
    for (std::size_t i = 0; i < kept.size(); ++i) plain.append(i > 0 ? "/" : "").append(kept[i]);
    return plain;
}

}  // namespace

std::string resolve_uri_reference(std::string_view base, std::string_view reference) {
    const UriParts from = uri_parts(base);
    UriParts to = uri_parts(reference);
    if (base.empty() || !to.scheme.empty()) return std::string(reference);
    to.scheme = from.scheme;
    std::string path;
    if (!to.authority.empty()) {
        path = without_dots(to.path);
    } else {
        to.authority = from.authority;
        if (to.path.empty()) {
            path = from.path;
            if (to.query.empty()) to.query = from.query;
        } else if (to.path.starts_with('/')) {
            path = without_dots(to.path);
        } else {
            const std::size_t folder = from.path.rfind('/');
            std::string merged(from.path.substr(0, folder == std::string_view::npos ? 0 : folder + 1));
            if (merged.empty() && !from.authority.empty()) merged = "/";
            path = without_dots(merged.append(to.path));
        }
    }
    return std::string(to.scheme).append(to.authority).append(path).append(to.query);
}

}  // namespace quarry
