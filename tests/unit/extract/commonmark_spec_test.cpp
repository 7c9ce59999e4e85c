// The examples of CommonMark's specification: each block that is found stands for what the specification's HTML has at
// that place. The oracle reads that HTML by itself; nothing of the extractor is in it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/extract/extractor.h"

namespace quarry::extract {
namespace {

constexpr const char* spec_file = QUARRY_SOURCE_DIR "/third_party/node_modules/commonmark-spec/spec.txt";

struct SpecExample {
    std::size_t number;
    std::string markdown;
    std::string html;
};

std::string with_tabs(std::string text) {
    for (std::size_t at = text.find("→"); at != std::string::npos; at = text.find("→", at)) text.replace(at, 3, "\t");
    return text;
}

std::vector<SpecExample> read_spec_examples() {
    const std::string fence(32, '`');
    std::vector<SpecExample> examples;
    std::string* part = nullptr;
    const std::string spec = read_file(spec_file, 10'000'000);
    for (const std::string_view line : split(spec, '\n')) {
        if (line.starts_with(fence + " example")) {
            examples.push_back({examples.size() + 1, {}, {}});
            part = &examples.back().markdown;
        } else if (line == fence) {
            part = nullptr;
        } else if (line == "." && part == &examples.back().markdown) {
            part = &examples.back().html;
        } else if (part != nullptr) {
            part->append(line).append("\n");
        }
    }
    for (SpecExample& example : examples) {
        example.markdown = with_tabs(std::move(example.markdown));
        example.html = with_tabs(std::move(example.html));
    }
    return examples;
}

std::string without_tags(std::string_view html) {
    std::string text;
    bool tag = false;
    for (const char c : html) {
        if (c == '<') tag = true;
        if (!tag) text += c;
        if (c == '>') tag = false;
    }
    for (const auto& [entity, character] : {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}}) {
        for (std::size_t at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1)) {
            text.replace(at, std::string_view(entity).size(), character);
        }
    }
    return text;
}

std::string alphanumerics(std::string_view text) {
    std::string kept;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) kept += c;
    }
    return kept;
}

/// Whether all letters and digits of the words stand in the source, in order.
bool holds_words(std::string_view source, std::string_view words) {
    std::size_t at = 0;
    for (const char c : alphanumerics(words)) {
        at = source.find(c, at);
        if (at++ == std::string_view::npos) return false;
    }
    return true;
}

/// Takes the specification's HTML apart from its beginning.
class SpecHtml {
public:
    explicit SpecHtml(std::string_view html) : rest_(html) {}

    [[nodiscard]] std::string_view rest() {
        while (!rest_.empty() && rest_.front() == '\n') rest_.remove_prefix(1);
        return rest_;
    }
    bool take(std::string_view text) {
        if (!rest().starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }
    /// The element of that name that comes next, with those of its name within it.
    std::optional<std::string_view> take_element(const std::string& name) {
        if (!rest().starts_with("<" + name + ">") && !rest().starts_with("<" + name + " ")) return std::nullopt;
        std::size_t depth = 0;
        for (std::size_t at = 0; at < rest_.size(); ++at) {
            const std::string_view here = rest_.substr(at);
            if (here.starts_with("<" + name + ">") || here.starts_with("<" + name + " ")) ++depth;
            if (here.starts_with("</" + name + ">") && --depth == 0) {
                const std::string_view element = rest_.substr(0, at + name.size() + 3);
                rest_.remove_prefix(element.size());
                return element;
            }
        }
        return std::nullopt;
    }

private:
    std::string_view rest_;
};

/// Whether the source defines a link, for which there is no element: a paragraph of such words would show them.
bool defines_link(std::string_view source, SpecHtml html) {
    if (!trim(source).starts_with('[') || source.find("]:") == std::string_view::npos) return false;
    const auto next = html.take_element("p");
    // A paragraph may begin on the line behind the definition, and is in one block with it.
    const auto last_line = [](std::string_view text) {
        return alphanumerics(text.substr(text.find_last_of('\n') + 1));
    };
    if (next && source.find('\n') != std::string_view::npos && last_line(source) == last_line(without_tags(*next))) {
        return false;
    }
    return !next || without_tags(*next).find("]:") == std::string::npos;
}

/// A heading's label is made without the document's link definitions: "[words]" stays so in it.
std::string without_brackets(std::string text) {
    std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
    return text;
}

std::string folded(std::string_view text) { return one_line(text, text.size()); }

/// Each line of the code, as it is, at the end of a line of the source: its indentation may be less.
bool holds_code(std::string_view source, std::string_view code) {
    std::size_t at = 0;
    for (const std::string_view line : split(code, '\n')) {
        if (trim(line).empty()) continue;
        at = source.find(trim(line), at);
        if (at == std::string_view::npos) return false;
    }
    return true;
}

/// What is wrong with a block, by the HTML that comes next; empty when nothing is.
std::string spec_fault(const document::Block& block, std::string_view source, SpecHtml& html) {
    switch (block.kind) {
        case document::BlockKind::heading: {
            const auto element = html.take_element(fmt::format("h{}", block.level));
            if (!element) return "is no heading of that level";
            return without_brackets(folded(without_tags(*element))) == without_brackets(block.label)
                       ? ""
                       : "has another label";
        }
        case document::BlockKind::code: {
            const auto element = html.take_element("pre");
            return element && holds_code(source, without_tags(*element)) ? "" : "is no such code";
        }
        case document::BlockKind::list: {
            auto element = html.take_element("ul");
            if (!element) element = html.take_element("ol");
            return element && holds_words(source, without_tags(*element)) ? "" : "is no such list";
        }
        case document::BlockKind::quote: {
            const auto element = html.take_element("blockquote");
            return element && holds_words(source, without_tags(*element)) ? "" : "is no such quote";
        }
        case document::BlockKind::html: {
            std::string_view as_it_is = source;
            while (as_it_is.ends_with('\n')) as_it_is.remove_suffix(1);
            return html.take(as_it_is) ? "" : "is no such HTML";
        }
        case document::BlockKind::paragraph: {
            if (html.take("<hr />"))
                return trim(source).find_first_not_of("-_* \t") == std::string_view::npos ? "" : "is no rule";
            if (defines_link(source, html)) return "";
            const auto element = html.take_element("p");
            if (!element) return "is no paragraph";
            return holds_words(source, without_tags(*element)) ? "" : "has other words";
        }
        default: return "is of an unexpected kind";
    }
}

TEST(CommonMarkSpec, BlocksAreTheSpecificationsElements) {
    if (!std::filesystem::exists(spec_file)) GTEST_SKIP() << "run scripts/setup: commonmark-spec is not there";
    const std::vector<SpecExample> examples = read_spec_examples();
    ASSERT_GE(examples.size(), 650U);
    const Extractor& markdown = extractor_by_name("markdown");
    std::size_t blocks = 0;
    for (const SpecExample& example : examples) {
        // <textarea> is like <pre> from version 0.30 of the specification on; Debian's cmark-gfm is of 0.29.
        if (example.markdown.starts_with("<textarea>")) continue;
        const document::Document document = markdown.extract(example.markdown, {.name = "example.md"});
        SCOPED_TRACE(fmt::format("example {}:\n{}\n----\n{}", example.number, example.markdown, example.html));
        EXPECT_EQ(document.text, example.markdown);
        SpecHtml html(example.html);
        std::size_t covered = 0;
        for (const document::Block& block : document.blocks) {
            const std::string_view source =
                std::string_view(document.text).substr(block.start, block.end - block.start);
            EXPECT_EQ(trim(std::string_view(document.text).substr(covered, block.start - covered)), "");
            EXPECT_EQ(spec_fault(block, source, html), "") << "block [" << block.start << ", " << block.end << ")";
            covered = block.end;
            ++blocks;
        }
        EXPECT_EQ(trim(std::string_view(document.text).substr(covered)), "");
        EXPECT_EQ(trim(html.rest()), "") << "no block stands for this";
    }
    RecordProperty("blocks", static_cast<int>(blocks));
}

}  // namespace
}  // namespace quarry::extract
