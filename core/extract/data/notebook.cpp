#include "core/extract/data/notebook.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/encoding.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

using Json = nlohmann::json;

// A progress bar or a dump prints without end; what a reader would look at is its beginning.
constexpr std::size_t longest_output = 20'000;

/// The text of a cell or an output: a string, or an array of lines.
std::string joined(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    std::string text;
    if (value.is_array()) {
        for (const Json& line : value) {
            if (line.is_string()) text += line.get_ref<const std::string&>();
        }
    }
    return text;
}

const Json& member(const Json& object, const char* name) {
    static const Json null;
    if (!object.is_object()) return null;
    const auto found = object.find(name);
    return found == object.end() ? null : *found;
}

std::string text_member(const Json& object, const char* name) {
    const Json& value = member(object, name);
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// Parses without going deeper than the limit, and with the parser's own words for what is wrong.
Json parse_notebook(const std::string& text, const ExtractOptions& options) {
    const auto levels = static_cast<int>(std::min<std::size_t>(options.limits.max_depth, deepest_json));
    Json notebook = parse_bounded_json(text, levels);
    if (!notebook.is_discarded()) return notebook;
    throw Error(ErrorCode::failed, fmt::format("{} is not a notebook", printable_name(options.name)),
                "read it as it is with --type text")
        .because(one_line(strip_terminal_controls(replace_invalid_utf8(json_problem(text, levels))), 300));
}

class NotebookWriter {
public:
    NotebookWriter(const Json& notebook, TextBuilder& builder) : notebook_(notebook), builder_(builder) {}

    /// False when this is no notebook.
    bool write() {
        const Json& metadata = member(notebook_, "metadata");
        language_ = text_member(member(metadata, "language_info"), "name");
        if (language_.empty()) language_ = text_member(member(metadata, "kernelspec"), "language");
        builder_.document().title = text_member(metadata, "title");
        for (const Json& author : member(metadata, "authors")) {
            if (author.is_object()) builder_.add_metadata("author", text_member(author, "name"));
        }
        if (member(notebook_, "cells").is_array()) {
            write_cells(member(notebook_, "cells"));
            return true;
        }
        const Json& sheets = member(notebook_, "worksheets");
        for (const Json& sheet : sheets) write_cells(member(sheet, "cells"));
        return sheets.is_array();
    }

private:
    void write_cells(const Json& cells) {
        for (const Json& cell : cells) {
            builder_.watch().poll();
            const std::string type = text_member(cell, "cell_type");
            std::string source = joined(member(cell, "source"));
            if (source.empty()) source = joined(member(cell, "input"));
            if (type == "markdown") {
                builder_.markdown(source);
            } else if (type == "heading") {
                const Json& level = member(cell, "level");
                builder_.heading(level.is_number_integer() ? level.get<int>() : 1, source);
            } else if (type == "code") {
                builder_.code(source, language_);
                for (const Json& output : member(cell, "outputs")) write_output(output);
            } else {
                builder_.paragraph(source);
            }
        }
    }

    void write_output(const Json& output) {
        const std::string type = text_member(output, "output_type");
        std::string text = joined(member(output, "text"));
        if (type == "error" || type == "pyerr") {
            text = text_member(output, "ename") + ": " + text_member(output, "evalue");
        } else if (text.empty()) {
            text = joined(member(member(output, "data"), "text/plain"));
        }
        text = strip_terminal_controls(text);
        if (text.size() > longest_output) {
            text.resize(floor_to_code_point(text, longest_output));
            builder_.count_removed("end of a long output");
        }
        builder_.code(text, "");
    }

    const Json& notebook_;
    TextBuilder& builder_;
    std::string language_;
};

}  // namespace

document::Document extract_notebook(std::string bytes, const ExtractOptions& options) {
    const DecodedText source = decode_text(std::move(bytes), options.name);
    const Json notebook = parse_notebook(source.text, options);
    TextBuilder builder(options, "application/x-ipynb+json");
    note_source(source, builder.document());
    if (!NotebookWriter(notebook, builder).write()) {
        throw Error(ErrorCode::failed, fmt::format("{} is not a notebook", printable_name(options.name)),
                    "read it as JSON with --type json")
            .because("it has no cells");
    }
    return builder.finish();
}

}  // namespace quarry::extract
