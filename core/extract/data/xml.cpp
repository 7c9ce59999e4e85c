#include "core/extract/data/xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <pugixml.hpp>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/encoding.h"
#include "core/extract/front_matter.h"
#include "core/extract/html/metadata.h"
#include "core/extract/text_builder.h"
#include "core/extract/title.h"
#include "core/extract/xml_tree_size.h"

namespace quarry::extract {
namespace {

Error not_xml(const ExtractOptions& options, std::string cause) {
    return Error(ErrorCode::failed, fmt::format("cannot read {} as XML", printable_name(options.name)),
                 "read it as it is with --type text")
        .because(std::move(cause));
}

std::string_view name_without_prefix(const char* name) {
    const std::string_view all = name;
    const std::size_t colon = all.rfind(':');
    return colon == std::string_view::npos ? all : all.substr(colon + 1);
}

bool has_text(const pugi::xml_node& node) {
    return (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) && !trim(node.value()).empty();
}

/// A heading or a paragraph, by the names of DocBook, TEI, JATS and their like.
bool is_block(const pugi::xml_node& node) {
    const std::string_view name = name_without_prefix(node.name());
    return name == "title" || name == "head" || name == "p" || name == "para" || name == "simpara" ||
           name == "section" || name == "sec" || name == "div";
}

/// Walks a tree without a stack of calls, whose depth a document could choose.
class XmlWriter {
public:
    XmlWriter(const pugi::xml_node& root, TextBuilder& builder) : root_(root), builder_(builder) {
        static constexpr std::string_view prose[] = {"article", "book",    "chapter", "section",   "refentry", "TEI",
                                                     "topic",   "concept", "task",    "reference", "html",     "part"};
        is_prose_ = std::find(std::begin(prose), std::end(prose), name_without_prefix(root.name())) != std::end(prose);
    }

    void write() {
        pugi::xml_node node = root_;
        while (node) {
            builder_.watch().poll();
            const bool deeper = node.type() == pugi::node_element && enter(node);
            if (has_text(node)) {
                flush();
                builder_.paragraph(one_line(node.value(), std::string_view(node.value()).size()));
            }
            if (deeper && node.first_child()) {
                node = node.first_child();
                builder_.watch().require_depth(++depth_);
                continue;
            }
            while (node && node != root_ && !node.next_sibling()) {
                node = node.parent();
                --depth_;
                if (!table_open_) flush();
            }
            if (!node || node == root_) break;
            node = node.next_sibling();
        }
        flush();
    }

private:
    /// Writes an element; true when its children are to be visited.
    bool enter(const pugi::xml_node& node) {
        const std::string_view name = name_without_prefix(node.name());
        bool words = false;
        bool elements = false;
        bool blocks = false;
        for (const pugi::xml_node child : node) {
            words = words || has_text(child);
            elements = elements || child.type() == pugi::node_element;
            blocks = blocks || is_block(child);
        }
        if (name == "title" || name == "head") {
            flush();
            builder_.heading(static_cast<int>(std::clamp<std::size_t>(depth_, 1, 6)), all_words(node));
            return false;
        }
        if (name == "row" || name == "tr") {
            write_row(node);
            return false;
        }
        if (name == "programlisting" || name == "screen" || name == "literallayout" || name == "codeblock") {
            flush();
            builder_.code(raw_words(node), node.attribute("language").value());
            return false;
        }
        if (blocks || (elements && !words)) {
            if (name != "thead" && name != "tbody" && name != "colspec") flush();
            if (is_prose_) return true;
            if (const std::string said = attributes(node); !said.empty()) add_line(name, said, "");
            return true;
        }
        if (elements || is_block(node)) {
            flush();
            builder_.paragraph(all_words(node));
            return false;
        }
        add_line(name, attributes(node), words ? all_words(node) : std::string());
        return false;
    }

    /// Rows that follow each other are one table.
    void write_row(const pugi::xml_node& node) {
        std::vector<std::string> cells;
        for (const pugi::xml_node child : node) {
            if (child.type() == pugi::node_element) cells.push_back(all_words(child));
        }
        if (!table_open_) {
            flush();
            builder_.begin_table(cells.size());
        }
        table_open_ = true;
        builder_.row(cells);
    }

    void add_line(std::string_view name, const std::string& attributes, const std::string& value) {
        if (is_prose_ ? value.empty() : attributes.empty() && value.empty()) return;
        lines_ += name;
        if (!attributes.empty() && !value.empty() && !is_prose_) lines_ += fmt::format(" ({})", attributes);
        if (!attributes.empty() && value.empty()) lines_ += ": " + attributes;
        if (!value.empty()) lines_ += ": " + value;
        lines_ += '\n';
    }

    static std::string attributes(const pugi::xml_node& node) {
        std::string all;
        for (const pugi::xml_attribute attribute : node.attributes()) {
            const std::string_view name = attribute.name();
            if (name.starts_with("xmlns") || name.starts_with("xsi:") || trim(attribute.value()).empty()) continue;
            if (!all.empty()) all += ", ";
            all += fmt::format("{}={}", name_without_prefix(attribute.name()), one_line(attribute.value(), 500));
        }
        return all;
    }

    /// All character data below an element, white space folded.
    std::string all_words(const pugi::xml_node& top) {
        const std::string words = raw_words(top);
        return one_line(words, words.size());
    }

    std::string raw_words(const pugi::xml_node& top) {
        std::string words;
        std::size_t depth = depth_;
        for (pugi::xml_node node = top.first_child(); node && node != top;) {
            if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) words += node.value();
            if (node.first_child()) {
                node = node.first_child();
                builder_.watch().require_depth(++depth);
                continue;
            }
            while (node != top && !node.next_sibling()) {
                node = node.parent();
                --depth;
            }
            if (node != top) node = node.next_sibling();
        }
        return words;
    }

    void flush() {
        if (table_open_) builder_.end_table();
        table_open_ = false;
        builder_.paragraph(lines_);
        lines_.clear();
    }

    const pugi::xml_node root_;
    TextBuilder& builder_;
    std::string lines_;  ///< Values that stand together.
    std::size_t depth_ = 0;
    bool is_prose_ = false;  ///< A text with markup, whose attributes are for machines.
    bool table_open_ = false;
};

}  // namespace

document::Document extract_xml(std::string bytes, const ExtractOptions& options) {
    const std::string encoding = declared_encoding(bytes);
    DecodedText source = decode_text(std::move(bytes), options.name, encoding);
    if (source.text.find("<!ENTITY") != std::string::npos) throw not_xml(options, "it defines its own entities");
    if (source.text.find('\0') != std::string::npos) throw not_xml(options, "it holds NUL characters");
    if (xml_tree_bytes(source.text) > most_xml_tree_bytes) {
        throw not_xml(options,
                      fmt::format("its elements take more than {} of memory", human_bytes(most_xml_tree_bytes)));
    }
    pugi::xml_document tree;
    const pugi::xml_parse_result result =
        tree.load_buffer_inplace(source.text.data(), source.text.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!result) throw not_xml(options, fmt::format("{} at byte {}", result.description(), result.offset));
    const pugi::xml_node root = tree.document_element();
    TextBuilder builder(options, "application/xml");
    note_source(source, builder.document());
    builder.document().language = primary_language(root.attribute("xml:lang").value());
    XmlWriter(root, builder).write();
    return builder.finish();
}

}  // namespace quarry::extract
