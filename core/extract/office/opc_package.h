#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/extract/office/xml.h"
#include "core/extract/office/zip_archive.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// A relationship of a part to another: ECMA-376 part 2, Open Packaging Conventions.
struct OpcRelationship {
    std::string type;    ///< Last segment of its URI: "styles".
    std::string target;  ///< Name of the part in the container; empty when it lies outside.
};

/// The container of DOCX, PPTX and XLSX files. Borrows the bytes and the budget.
class OpcPackage {
public:
    using Relationships = std::map<std::string, OpcRelationship, std::less<>>;

    OpcPackage(std::string_view bytes, ExtractBudget& budget) : budget_(budget), archive_(bytes, budget) {}

    [[nodiscard]] ZipArchive& archive() noexcept { return archive_; }
    /// By id. Empty for a part without relationships.
    [[nodiscard]] Relationships relationships(std::string_view part);
    /// Name of the part that holds the document itself. Refuses a container without one.
    [[nodiscard]] std::string main_part();
    /// Title, language and metadata of docProps/core.xml, where there is one.
    void read_properties(TextBuilder& builder);

private:
    ExtractBudget& budget_;
    ZipArchive archive_;
};

/// The target of the first relationship of a type; empty when there is none.
[[nodiscard]] std::string target_of_type(const OpcPackage::Relationships& relationships, std::string_view type);

/// `target` as a name in the container, seen from the part `from`: "." and ".." are resolved, none leads out.
[[nodiscard]] std::string resolve_part(std::string_view from, std::string_view target);

/// Sets the document's title and language, and adds its metadata, from elements named as Dublin Core and OpenDocument
/// name them (title, creator, created, language …).
void read_dublin_core(pugi::xml_node metadata, TextBuilder& builder);

}  // namespace quarry::extract
