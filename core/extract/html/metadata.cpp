#include "core/extract/html/metadata.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/extract/front_matter.h"
#include "core/extract/title.h"

namespace quarry::extract {
namespace {

constexpr std::size_t longest_json_ld = 1'000'000;
constexpr std::size_t most_scripts = 20;

/// Where a page's own words for a thing go.
struct MetaName {
    std::string_view name;
    std::string_view key;
};
// In order of trust; "title" is the document's.
constexpr auto meta_names = std::to_array<MetaName>({{"og:title", "title"},
                                                     {"twitter:title", "title"},
                                                     {"dc.title", "title"},
                                                     {"citation_title", "title"},
                                                     {"author", "author"},
                                                     {"article:author", "author"},
                                                     {"dc.creator", "author"},
                                                     {"citation_author", "author"},
                                                     {"twitter:creator", "author"},
                                                     {"article:published_time", "created"},
                                                     {"date", "created"},
                                                     {"dc.date", "created"},
                                                     {"dcterms.created", "created"},
                                                     {"dcterms.date", "created"},
                                                     {"citation_publication_date", "created"},
                                                     {"article:modified_time", "modified"},
                                                     {"og:updated_time", "modified"},
                                                     {"last-modified", "modified"},
                                                     {"dcterms.modified", "modified"},
                                                     {"description", "description"},
                                                     {"og:description", "description"},
                                                     {"keywords", "keywords"}});

/// Names that say how a page is shown, found or served, not what it is about; a '*' stands for whatever follows.
constexpr auto technical_names = std::to_array<std::string_view>({"viewport",
                                                                  "robots",
                                                                  "generator",
                                                                  "referrer",
                                                                  "theme-color",
                                                                  "color-scheme",
                                                                  "format-detection",
                                                                  "handheldfriendly",
                                                                  "mobileoptimized",
                                                                  "rating",
                                                                  "googlebot*",
                                                                  "google*",
                                                                  "msvalidate*",
                                                                  "msapplication*",
                                                                  "apple-*",
                                                                  "mobile-web-app*",
                                                                  "csrf*",
                                                                  "twitter:*",
                                                                  "fb:*",
                                                                  "og:*",
                                                                  "next-head-count",
                                                                  "application-name"});
constexpr std::size_t most_other_names = 64;
constexpr std::size_t longest_other_name = 100;

bool is_technical(std::string_view name) {
    return std::any_of(technical_names.begin(), technical_names.end(), [&](std::string_view technical) {
        if (!technical.ends_with('*')) return name == technical;
        return name.starts_with(technical.substr(0, technical.size() - 1));
    });
}

/// A string, or the name in an object, or the first of an array of such.
std::string name_in(const nlohmann::json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_array()) return value.empty() ? std::string() : name_in(value.front());
    if (!value.is_object()) return {};
    const auto name = value.find("name");
    return name != value.end() && name->is_string() ? name->get<std::string>() : std::string();
}

class MetadataReader {
public:
    MetadataReader(const HtmlTree& tree, TextBuilder& builder) : tree_(tree), builder_(builder) {}

    void read() {
        builder_.document().language = primary_language(unescaped(tree_.attribute(0, "lang")));
        collect();
        for (const std::string& script : scripts_) read_json_ld(script);
        for (const MetaName& each : meta_names) {
            for (const auto& [name, content] : metas_) {
                if (name == each.name) set(each.key, content);
            }
        }
        set("title", html_title(tree_));
        for (const auto& [name, content] : others_) builder_.add_metadata(name, content);
    }

private:
    void collect() {
        for (HtmlNodeId id = 1; id < tree_.size(); ++id) {
            if (tree_.is(id, "meta")) {
                std::string_view name = tree_.attribute(id, "name");
                const bool named = !name.empty();
                if (name.empty()) name = tree_.attribute(id, "property");
                if (name.empty()) name = tree_.attribute(id, "http-equiv");
                const std::string content = unescaped(tree_.attribute(id, "content"));
                if (ascii_lower(name) == "content-language") set_language(content);
                metas_.emplace_back(ascii_lower(name), content);
                if (named) keep_other(trim(name), content);
            } else if (tree_.is(id, "script") && scripts_.size() < most_scripts &&
                       ascii_lower(tree_.attribute(id, "type")) == "application/ld+json") {
                const HtmlNodeId text = tree_[id].first_child;
                if (text != 0 && tree_[text].text.size() < longest_json_ld) scripts_.emplace_back(tree_[text].text);
            }
        }
    }

    /// Keeps what a page's author says of it under a name that has no meaning here: as it is written, as in `--where`.
    void keep_other(std::string_view name, const std::string& content) {
        const std::string lower = ascii_lower(name);
        const bool known =
            std::any_of(meta_names.begin(), meta_names.end(), [&](const MetaName& each) { return each.name == lower; });
        if (known || name.empty() || name.size() > longest_other_name || is_technical(lower)) return;
        if (others_.size() < most_other_names) others_.emplace_back(name, content);
    }

    void read_json_ld(const std::string& script) {
        const nlohmann::json json = parse_bounded_json(script);
        const auto read_one = [&](const nlohmann::json& thing) {
            if (!thing.is_object() || !thing.contains("headline")) return;
            set("title", name_in(thing["headline"]));
            if (thing.contains("author")) set("author", name_in(thing["author"]));
            if (thing.contains("datePublished")) set("created", name_in(thing["datePublished"]));
            if (thing.contains("dateModified")) set("modified", name_in(thing["dateModified"]));
            if (thing.contains("description")) set("description", name_in(thing["description"]));
        };
        read_one(json);
        if (json.is_array()) std::for_each(json.begin(), json.end(), read_one);
        if (json.is_object() && json.contains("@graph") && json["@graph"].is_array()) {
            std::for_each(json["@graph"].begin(), json["@graph"].end(), read_one);
        }
    }

    void set(std::string_view key, std::string_view value) {
        if (key != "title") {
            builder_.add_metadata(key, value);
        } else if (builder_.document().title.empty()) {
            builder_.document().title = one_line(trim(value), longest_label);
        }
    }

    void set_language(std::string_view tag) {
        if (builder_.document().language.empty()) builder_.document().language = primary_language(tag);
    }

    const HtmlTree& tree_;
    TextBuilder& builder_;
    std::vector<std::pair<std::string, std::string>> metas_;
    std::vector<std::pair<std::string, std::string>> others_;
    std::vector<std::string> scripts_;
};

}  // namespace

void read_html_metadata(const HtmlTree& tree, TextBuilder& builder) { MetadataReader(tree, builder).read(); }

std::string html_title(const HtmlTree& tree) {
    for (HtmlNodeId id = 1; id < tree.size(); ++id) {
        if (tree.is(id, "title")) return one_line(tree.text_of(id), longest_label);
    }
    return {};
}

std::string declared_encoding(std::string_view bytes) {
    // HTML has it within the first 1024 bytes.
    const std::string head = ascii_lower(bytes.substr(0, 1024));
    for (const std::string_view key : {"charset=", "encoding="}) {
        const std::size_t at = head.find(key);
        if (at == std::string::npos) continue;
        const std::size_t start = head.find_first_not_of("\"' ", at + key.size());
        if (start == std::string::npos) return {};
        const std::size_t end = head.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_:.", start);
        return head.substr(start, std::min(end, head.size()) - start);
    }
    return {};
}

}  // namespace quarry::extract
