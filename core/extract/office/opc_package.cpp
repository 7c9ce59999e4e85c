#include "core/extract/office/opc_package.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

std::string folder_of_part(std::string_view part) {
    const std::size_t slash = part.rfind('/');
    return slash == std::string_view::npos ? std::string() : std::string(part.substr(0, slash + 1));
}

std::string_view last_segment(std::string_view uri) { return uri.substr(uri.rfind('/') + 1); }

/// "word/document.xml" has its relationships in "word/_rels/document.xml.rels".
std::string relationships_part(std::string_view part) {
    return fmt::format("{}_rels/{}.rels", folder_of_part(part), last_segment(part));
}

/// The name under which a metadata element is kept; empty for what is not.
std::string_view metadata_key(std::string_view element) {
    if (element == "creator" || element == "initial-creator") return "author";
    if (element == "created" || element == "creation-date") return "created";
    if (element == "modified" || element == "date") return "modified";
    if (element == "keywords" || element == "keyword") return "keywords";
    for (const std::string_view same : {"subject", "description", "publisher", "category"}) {
        if (element == same) return same;
    }
    return {};
}

}  // namespace

std::string resolve_part(std::string_view from, std::string_view target) {
    const std::string joined =
        target.starts_with('/') ? std::string(target) : folder_of_part(from) + std::string(target);
    std::vector<std::string_view> parts;
    for (const std::string_view part : split(joined, '/')) {
        if (part.empty() || part == ".") continue;
        if (part != "..") {
            parts.push_back(part);
        } else if (!parts.empty()) {
            parts.pop_back();
        }
    }
    return fmt::format("{}", fmt::join(parts, "/"));
}

OpcPackage::Relationships OpcPackage::relationships(std::string_view part) {
    Relationships found;
    const std::string name = relationships_part(part);
    auto xml = archive_.read(name);
    if (!xml) return found;
    const XmlDocument document(std::move(*xml), name, budget_);
    for (const pugi::xml_node one : document.root().children()) {
        OpcRelationship relationship{std::string(last_segment(attribute(one, "Type"))), {}};
        if (attribute(one, "TargetMode") != "External") {
            relationship.target = resolve_part(part, attribute(one, "Target"));
        }
        found.try_emplace(std::string(attribute(one, "Id")), std::move(relationship));
    }
    return found;
}

std::string OpcPackage::main_part() {
    std::string part = target_of_type(relationships(""), "officeDocument");
    if (part.empty()) {
        throw budget_.refusal("the container does not name its main document",
                              "the file is damaged, or has another format than its name suggests");
    }
    return part;
}

void OpcPackage::read_properties(TextBuilder& builder) {
    const std::string part = target_of_type(relationships(""), "core-properties");
    if (part.empty()) return;
    auto xml = archive_.read(part);
    if (!xml) return;
    const XmlDocument document(std::move(*xml), part, budget_);
    read_dublin_core(document.root(), builder);
}

std::string target_of_type(const OpcPackage::Relationships& relationships, std::string_view type) {
    for (const auto& [id, relationship] : relationships) {
        if (relationship.type == type && !relationship.target.empty()) return relationship.target;
    }
    return {};
}

void read_dublin_core(pugi::xml_node metadata, TextBuilder& builder) {
    for (const pugi::xml_node one : metadata.children()) {
        const std::string_view name = local_name(one);
        if (name.empty()) continue;
        const std::string value = one_line(all_text(one), 1000);
        if (name == "title" && builder.document().title.empty()) {
            builder.document().title = value;
        } else if (name == "language" && builder.document().language.empty()) {
            const std::string language = ascii_lower(value.substr(0, value.find_first_of("-_")));
            if (language.size() == 2) builder.document().language = language;
        } else if (const std::string_view key = metadata_key(name); !key.empty()) {
            builder.add_metadata(key, value);
        }
    }
}

}  // namespace quarry::extract
