// --path, --kind, --type, --lang, --since, --until, --where, --tag and --heading.
#include "cli/search_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/extractor.h"
#include "core/ingest/ignore_rules.h"
#include "core/ingest/selection.h"
#include "core/ingest/walk.h"

namespace quarry::cli {
namespace {

const std::map<std::string, store::SourceKind> kinds_by_name = {{"file", store::SourceKind::file},
                                                                {"stdin", store::SourceKind::standard_input},
                                                                {"standard_input", store::SourceKind::standard_input},
                                                                {"jsonl", store::SourceKind::jsonl},
                                                                {"url", store::SourceKind::url}};

/// One value of --path.
class PathPattern {
public:
    explicit PathPattern(std::string_view text) : text_(text) {
        while (text_.size() > 1 && text_.ends_with('/')) text_.pop_back();
        has_wildcards_ = text_.find_first_of("*?[") != std::string::npos;
        if (text_.find("://") != std::string::npos) return;
        if (const std::optional<ingest::GlobPath> glob = ingest::parse_glob(text_)) {
            // Without a slash it is about names in any folder.
            if (text_.find('/') == std::string::npos) return;
            folder_ = glob->folder;
            while (folder_.size() > 1 && folder_.ends_with('/')) folder_.pop_back();
            selection_.emplace().add_glob(glob->pattern);
        } else {
            has_wildcards_ = false;
            folder_ = ingest::absolute_path(text_);
        }
    }

    [[nodiscard]] bool matches(std::string_view uri) const {
        if (selection_) {
            const std::size_t skipped = folder_ == "/" ? 1 : folder_.size() + 1;
            return (folder_ == "/" || store::is_below(uri, folder_)) && uri.size() > skipped &&
                   selection_->in_glob(uri.substr(skipped));
        }
        if (!has_wildcards_) return store::is_below(uri, text_) || (!folder_.empty() && store::is_below(uri, folder_));
        return ingest::match_name(text_, uri) || ingest::match_name(text_, uri.substr(uri.rfind('/') + 1));
    }
    /// What all matches are below; empty when that is not known.
    [[nodiscard]] std::string folder() const { return selection_ && folder_ != "/" ? folder_ : std::string(); }

private:
    std::string text_;
    std::string folder_;  ///< Absolute.
    bool has_wildcards_ = false;
    std::optional<ingest::Selection> selection_;
};

/// "markdown", "html", "text/plain" or "text/*" as a media type.
std::string media_type(const std::string& type) {
    if (type.find('/') != std::string::npos) return ascii_lower(type);
    const std::string name = ascii_lower(type);
    const extract::Extractor* by_ending = extract::find_extractor_for_file("x." + name);
    return std::string((by_ending != nullptr ? *by_ending : extract::extractor_by_name(name)).media_type());
}

std::int64_t date(const std::string& text, const char* option) {
    if (const std::optional<std::int64_t> seconds = store::parse_date(text)) return *seconds;
    throw Error(ErrorCode::usage, fmt::format("\"{}\" is no date for {}", text, option),
                "write 2024, 2024-05, 2024-05-31 or 2024-05-31T12:30");
}

}  // namespace

void SearchFilterOptions::declare(OptionTable& options) {
    const auto list = [&options](const char* name, std::vector<std::string>& values, const char* help,
                                 const char* type) { return options.add(name, values, help).value(type); };
    list("--path", paths_,
         "Only documents of this file, folder, web address or pattern ('docs/**/*.md', '*.pdf'); again for more",
         "PATH");
    list("--kind", kinds_, "Only documents that came as file, stdin, jsonl or url", "KIND")
        .choices({"file", "stdin", "standard_input", "jsonl", "url"});
    list("--type", types_, "Only documents of a type: markdown, pdf, text/html, 'text/*'", "TYPE");
    list("--lang", languages_, "Only documents in this language, by its code: en, de", "LANG");
    options.add("--since", since_, "Only documents of this date or later: 2024, 2024-05, 2024-05-31").value("DATE");
    options.add("--until", until_, "Only documents from before this date").value("DATE");
    list("--where", tests_,
         "Only documents whose metadata say so: author=Ada, year>=2020, status!=draft, topic~locks, isbn, '!isbn'; all "
         "of several",
         "TEST");
    list("--tag", tags_, "Only documents with this tag, keyword or category; all of several", "TAG");
    list("--heading", headings_,
         "Only passages under or with a heading that has all these words, in any order; all of several", "TEXT");
}

store::ChunkFilter SearchFilterOptions::filter() const {
    store::ChunkFilter filter;
    if (std::find(paths_.begin(), paths_.end(), "") != paths_.end()) {
        throw Error(ErrorCode::usage, "--path has no path",
                    "write a folder, a file or a pattern: --path 'docs/**/*.md'");
    }
    if (!paths_.empty()) {
        std::vector<PathPattern> patterns(paths_.begin(), paths_.end());
        if (patterns.size() == 1) filter.folder = patterns.front().folder();
        filter.uri = [patterns = std::move(patterns)](std::string_view uri) {
            return std::any_of(patterns.begin(), patterns.end(),
                               [&](const PathPattern& pattern) { return pattern.matches(uri); });
        };
    }
    for (const std::string& kind : kinds_) filter.kinds.push_back(kinds_by_name.at(kind));
    for (const std::string& type : types_) filter.media_types.push_back(media_type(type));
    for (const std::string& language : languages_) filter.languages.push_back(ascii_lower(language));
    if (since_) filter.since = date(*since_, "--since");
    if (until_) filter.until = date(*until_, "--until");
    for (const std::string& test : tests_) filter.metadata.push_back(store::parse_metadata_test(test));
    filter.tags = tags_;
    filter.headings = headings_;
    return filter;
}

}  // namespace quarry::cli
