#include "core/search/filter_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/extractor.h"

namespace quarry::search {
namespace {

using NamedKind = std::pair<std::string_view, store::SourceKind>;
constexpr std::array<NamedKind, 5> named_kinds = {{{"file", store::SourceKind::file},
                                                   {"stdin", store::SourceKind::standard_input},
                                                   {"standard_input", store::SourceKind::standard_input},
                                                   {"jsonl", store::SourceKind::jsonl},
                                                   {"url", store::SourceKind::url}}};

store::SourceKind kind_by_name(const std::string& name) {
    for (const NamedKind& known : named_kinds) {
        if (known.first == name) return known.second;
    }
    throw Error(ErrorCode::usage, fmt::format("there is no kind of source \"{}\"", name),
                fmt::format("the kinds are {}", fmt::join(filter_kind_names(), ", ")));
}

/// "markdown", "html", "text/plain" or "text/*" as a media type.
std::string media_type(const std::string& type) {
    if (type.find('/') != std::string::npos) return ascii_lower(type);
    const std::string name = ascii_lower(type);
    const extract::Extractor* by_ending = extract::find_extractor_for_file("x." + name);
    return std::string((by_ending != nullptr ? *by_ending : extract::extractor_by_name(name)).media_type());
}

std::int64_t date(const std::string& text, const char* option) {
    if (const std::optional<std::int64_t> seconds = store::parse_date(text)) return *seconds;
    throw Error(ErrorCode::usage, fmt::format("\"{}\" is not a date for {}", text, option),
                "write 2024, 2024-05, 2024-05-31 or 2024-05-31T12:30");
}

void add_paths(const std::vector<std::string>& paths, store::ChunkFilter& filter) {
    if (std::find(paths.begin(), paths.end(), "") != paths.end()) {
        throw Error(ErrorCode::usage, "--path has no path",
                    "write a folder, a file or a pattern: --path 'docs/**/*.md'");
    }
    for (const std::string& path : paths) filter.paths.push_back(store::parse_path_pattern(path));
    if (filter.paths.size() != 1) return;
    // What all that a glob matches is below is found without looking at all others.
    const store::PathPattern& only = filter.paths.front();
    if (only.kind == store::PathPattern::Kind::glob && only.folder != "/") filter.folder = only.folder;
}

}  // namespace

std::vector<std::string> filter_kind_names() {
    std::vector<std::string> names;
    for (const NamedKind& known : named_kinds) names.emplace_back(known.first);
    return names;
}

std::optional<std::vector<std::string>> collection_list(const std::vector<std::string>& lists) {
    if (lists.empty()) return std::nullopt;
    std::vector<std::string> names;
    for (const std::string& list : lists) {
        for (const std::string_view part : split(list, ',')) {
            // A variable of a shell that is not set must not choose all.
            if (trim(part).empty()) {
                throw Error(ErrorCode::usage, "--collection has no name",
                            "write one, or several with commas between: --collection work,home");
            }
            names.emplace_back(trim(part));
        }
    }
    return names;
}

store::ChunkFilter chunk_filter(const FilterSpec& spec) {
    store::ChunkFilter filter;
    filter.collections = collection_list(spec.collections);
    add_paths(spec.paths, filter);
    for (const std::string& kind : spec.kinds) filter.kinds.push_back(kind_by_name(kind));
    for (const std::string& type : spec.types) filter.media_types.push_back(media_type(type));
    for (const std::string& language : spec.languages) filter.languages.push_back(ascii_lower(language));
    if (spec.since) filter.since = date(*spec.since, "--since");
    if (spec.until) filter.until = date(*spec.until, "--until");
    for (const std::string& test : spec.tests) filter.metadata.push_back(store::parse_metadata_test(test));
    filter.tags = spec.tags;
    filter.headings = spec.headings;
    return filter;
}

}  // namespace quarry::search
