#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/document/document.h"
#include "core/extract/extract_watch.h"
#include "core/extract/extractor.h"
#include "core/extract/invisible.h"

namespace quarry::extract {

/// Makes the text of a document and its blocks together, for formats whose own notation is not kept.
///
/// The text is written as Markdown: "# Heading", "- item", fenced code, tables with pipes. What is called at the
/// outermost level makes a block of its own; what is called within a list, a quote or a record belongs to that block.
/// Blocks are divided by a blank line. All text given must be valid UTF-8; its line ends become LF, white space at its
/// ends and invisible characters go. Empty pieces make nothing.
///
///     TextBuilder builder(options, "text/html");
///     builder.heading(1, "Fruit");
///     builder.begin_list();
///     builder.begin_item("-");
///     builder.paragraph("apples");
///     builder.end_item();
///     builder.end_list();
///     return builder.finish();
///
/// Every call may throw what ExtractWatch throws.
class TextBuilder {
public:
    /// Keeps a reference to `options`.
    TextBuilder(const ExtractOptions& options, std::string_view media_type);

    /// `level` is brought into 1 to 6. The text, as one line, is the block's label too.
    void heading(int level, std::string_view text);
    /// Lines stay lines.
    void paragraph(std::string_view text);
    /// A paragraph whose parts, written one behind the other, are on pages one after the other: each after the first
    /// begins a page.
    void paragraph_over_pages(std::span<const std::string> parts);
    /// Markdown as it is, with the blocks that it has: a notebook's cell. Within a container, a paragraph.
    void markdown(std::string_view text);
    /// Fenced, with white space as it is. `info` is the language, or empty.
    void code(std::string_view text, std::string_view info);

    void begin_list();
    /// `marker` is "-", or "3." in a list that is numbered.
    void begin_item(std::string_view marker);
    void end_item() { pop(); }
    void end_list() { pop(); }
    void begin_quote();
    void end_quote() { pop(); }
    /// One of many alike: a mail, a subtitle, a line of JSONL.
    void begin_record(std::string_view label = {});
    void end_record() { pop(); }

    /// The first row is the header, and has at least `columns` cells. Empty cells at the end of the others are left
    /// out, so that they cost nothing (GitHub's Markdown fills them in). Cells become one line, with "\|" for pipes.
    void begin_table(std::size_t columns);
    void row(std::span<const std::string> cells);
    void end_table();

    /// What comes next stands on a new page (slide, sheet); the first call is for the first page.
    void begin_page() { ++pages_to_begin_; }

    void count_removed(std::string_view kind, std::uint64_t count = 1) {
        quarry::extract::count_removed(document_.removed, kind, count);
    }
    /// Adds metadata unless the value is empty or the key is known already. The value becomes one line.
    void add_metadata(std::string_view key, std::string_view value);
    /// The title and language may be set here; text and blocks are the builder's.
    [[nodiscard]] document::Document& document() noexcept { return document_; }
    [[nodiscard]] ExtractWatch& watch() noexcept { return watch_; }
    /// How deep in lists, quotes and records the next piece would stand.
    [[nodiscard]] std::size_t depth() const noexcept { return frames_.size(); }

    /// The document; without a title, its first heading of level 1 is one, or the file's name. The builder is empty
    /// then. Everything begun must have been ended.
    [[nodiscard]] document::Document finish();

private:
    struct Frame {
        std::string first;  ///< In front of the first line in it.
        std::string rest;   ///< In front of the others.
        document::BlockKind kind;
        std::string label;
        bool has_first = false;  ///< `first` has been written.
        bool has_content = false;
    };

    void push(Frame frame);
    void pop();
    /// Begins a piece: a block of its own, or one divided from what its container holds already.
    void begin_piece(document::BlockKind kind, int level = 0, std::string label = {});
    void begin_block(document::BlockKind kind, int level, std::string label);
    void end_piece();
    void end_block();
    void write_line(std::string_view line);
    void write_lines(std::string_view text);
    /// More of the line that was written last, and lines behind it.
    void continue_line(std::string_view text);
    void write_prefixes(bool blank);
    void mark_pages();
    /// `text` without invisible characters; the view is good until the next call.
    [[nodiscard]] std::string_view visible(std::string_view text);

    ExtractWatch watch_;
    document::Document document_;
    std::vector<Frame> frames_;
    std::string scratch_;
    bool block_open_ = false;
    bool line_open_ = false;  ///< A line was written in this block, so that the next begins behind a line end.
    std::size_t pages_to_begin_ = 0;
    std::size_t table_columns_ = 0;
    std::size_t table_rows_ = 0;
    bool in_table_ = false;
};

/// Warns of slides that hold nothing but the headings that were made up for so many of them.
void warn_of_slides_without_text(std::size_t made_up, document::Document& document);

}  // namespace quarry::extract
