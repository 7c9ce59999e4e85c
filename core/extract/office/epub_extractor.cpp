#include "core/extract/office/epub_extractor.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>
#include <utility>

#include "core/base/text.h"
#include "core/extract/encoding.h"
#include "core/extract/html_text.h"
#include "core/extract/office/opc_package.h"
#include "core/extract/office/transfer_encoding.h"
#include "core/extract/office/xml.h"
#include "core/extract/office/zip_archive.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

struct ManifestItem {
    std::string part;
    std::string media_type;
    bool is_contents = false;
};

class EpubReader {
public:
    EpubReader(std::string_view bytes, std::string_view media_type, const ExtractOptions& options)
        : budget_("EPUB", options), archive_(bytes, budget_), builder_(options, media_type) {}

    document::Document read() {
        refuse_protected();
        const std::string part = package_part();
        const XmlDocument package(archive_.read_required(part), part, budget_);
        const pugi::xml_node metadata = child(package.root(), "metadata");
        // The date is the book's, not its last change.
        builder_.add_metadata("created", all_text(child(metadata, "date")));
        read_dublin_core(metadata, builder_);
        std::erase_if(builder_.document().metadata, [](const auto& entry) { return entry.first == "modified"; });
        const auto manifest = read_manifest(package.root(), part);
        std::set<std::string> read;
        for (const pugi::xml_node reference : child(package.root(), "spine").children()) {
            const auto item = manifest.find(std::string(attribute(reference, "idref")));
            if (local_name(reference) != "itemref" || item == manifest.end() || item->second.is_contents) continue;
            if (read.insert(item->second.part).second) chapter(item->second);
        }
        return builder_.finish();
    }

private:
    std::string package_part() {
        const std::string name = "META-INF/container.xml";
        const XmlDocument container(archive_.read_required(name), name, budget_);
        const pugi::xml_node file = child(container.root(), "rootfiles", "rootfile");
        return resolve_part("", attribute(file, "full-path"));
    }

    /// Fonts may be obfuscated; all else that is encrypted cannot be read.
    void refuse_protected() {
        const std::string name = "META-INF/encryption.xml";
        auto xml = archive_.read(name);
        if (!xml) return;
        const XmlDocument encryption(std::move(*xml), name, budget_);
        for (const pugi::xml_node one : encryption.root().children()) {
            if (local_name(one) != "EncryptedData") continue;
            const std::string_view algorithm = attribute(child(one, "EncryptionMethod"), "Algorithm");
            const bool font =
                algorithm == "http://www.idpf.org/2008/embedding" || algorithm == "http://ns.adobe.com/pdf/enc#RC";
            if (!font) throw budget_.refusal("it is protected against reading by other programs (DRM)");
        }
    }

    static std::map<std::string, ManifestItem> read_manifest(pugi::xml_node package, const std::string& part) {
        std::map<std::string, ManifestItem> items;
        for (const pugi::xml_node one : child(package, "manifest").children()) {
            const std::string href = decode_percent(attribute(one, "href"));
            const std::string properties = fmt::format(" {} ", attribute(one, "properties"));
            items.try_emplace(
                std::string(attribute(one, "id")),
                ManifestItem{resolve_part(part, href.substr(0, href.find('#'))),
                             std::string(attribute(one, "media-type")), properties.find(" nav ") != std::string::npos});
        }
        return items;
    }

    void chapter(const ManifestItem& item) {
        if (item.media_type != "application/xhtml+xml" && item.media_type != "text/html") return;
        // A chapter that the book lacks leaves the others readable.
        auto html = archive_.read(item.part);
        if (!html) return builder_.count_removed("chapter that the book lacks");
        const DecodedText source = decode_text(std::move(*html), item.part);
        note_source({{}, {}, false, source.replaced, source.line}, builder_.document());
        append_html(source.text, builder_);
    }

    ExtractBudget budget_;
    ZipArchive archive_;
    TextBuilder builder_;
};

}  // namespace

std::span<const std::string_view> EpubExtractor::extensions() const noexcept {
    static constexpr auto endings = std::to_array<std::string_view>({"epub"});
    return endings;
}

document::Document EpubExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    return EpubReader(bytes, media_type(), options).read();
}

}  // namespace quarry::extract
