#include "core/extract/data/json_paths.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::extract {
namespace {

/// Takes the parser's events and writes lines. nlohmann's parser keeps no stack of its own but one bit a level.
class JsonPathWriter : public nlohmann::json_sax<nlohmann::json> {
public:
    JsonPathWriter(std::string_view where, ExtractWatch& watch, const std::function<void(const JsonPiece&)>& give)
        : where_(where), watch_(watch), give_(give) {}

    bool null() override { return value("null"); }
    bool boolean(bool is_true) override { return value(is_true ? "true" : "false"); }
    bool number_integer(number_integer_t number) override { return value(fmt::to_string(number)); }
    bool number_unsigned(number_unsigned_t number) override { return value(fmt::to_string(number)); }
    // As the source has it, so that 1.10 stays 1.10.
    bool number_float(number_float_t, const string_t& source) override { return value(source); }
    bool string(string_t& text) override { return value(text); }
    bool binary(binary_t&) override { return true; }

    bool key(string_t& name) override {
        path_.resize(levels_.back().path_size);
        if (levels_.size() == 1) key_ = name;
        if (!path_.empty()) path_ += '.';
        path_ += one_line(name, 200);
        return true;
    }

    bool start_object(std::size_t) override { return start(false); }
    bool start_array(std::size_t) override { return start(true); }
    bool end_object() override { return end(); }
    bool end_array() override { return end(); }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
        // "[json.exception.parse_error.101] parse error at line 1, column 3: …"
        std::string_view reason = error.what();
        reason = reason.substr(std::min(reason.find("] ") + 2, reason.size()));
        throw Error(ErrorCode::failed, fmt::format("{} is not JSON", printable_name(watch_.options().name)),
                    "read it as it is with --type text")
            .because(one_line(strip_terminal_controls(replace_invalid_utf8(fmt::format("{}{}", where_, reason))), 300));
    }

    /// Gives what is left: a text that is one value.
    void finish() { give(); }

private:
    struct Level {
        std::size_t path_size = 0;  ///< Of the path to this object or array.
        bool is_array = false;
        bool on_one_line = false;  ///< Simple values of an array follow each other on one line.
        std::size_t index = 0;
    };

    bool start(bool is_array) {
        before_value();
        end_line();
        levels_.push_back({path_.size(), is_array});
        watch_.require_depth(levels_.size());
        return true;
    }

    bool end() {
        end_line();
        path_.resize(levels_.back().path_size);
        levels_.pop_back();
        // A blank line between the objects of an array, which have the same paths.
        if (levels_.size() > 1 && levels_.back().is_array && !lines_.empty()) lines_ += '\n';
        after_value();
        return true;
    }

    bool value(std::string_view text) {
        before_value();
        if (!levels_.empty() && levels_.back().on_one_line) {
            lines_ += ", ";
        } else if (!path_.empty()) {
            lines_ += path_ + ": ";
        }
        if (!levels_.empty() && levels_.back().is_array) levels_.back().on_one_line = true;
        lines_ += text;
        if (levels_.empty() || !levels_.back().is_array) end_line();
        watch_.require_text_size(lines_.size());
        after_value();
        return true;
    }

    /// The path of an array's elements has no number: they are alike, and a number is no word to search for.
    void before_value() {
        watch_.poll();
        if (!levels_.empty() && levels_.back().is_array) path_.resize(levels_.back().path_size);
    }

    void after_value() {
        if (levels_.size() != 1) return;
        const bool simple_values = levels_.back().on_one_line;
        if (!simple_values) give();
    }

    void end_line() {
        if (!lines_.empty() && !lines_.ends_with('\n')) lines_ += '\n';
        if (!levels_.empty()) levels_.back().on_one_line = false;
    }

    void give() {
        if (!trim(lines_).empty()) give_({key_, trim(lines_)});
        lines_.clear();
        key_.clear();
    }

    std::string_view where_;
    ExtractWatch& watch_;
    const std::function<void(const JsonPiece&)>& give_;
    std::vector<Level> levels_;
    std::string path_;
    std::string key_;
    std::string lines_;
};

}  // namespace

void read_json_pieces(std::string_view json, std::string_view where, ExtractWatch& watch,
                      const std::function<void(const JsonPiece&)>& give) {
    JsonPathWriter writer(where, watch, give);
    nlohmann::json::sax_parse(json.begin(), json.end(), &writer, nlohmann::json::input_format_t::json, true, true);
    writer.finish();
}

}  // namespace quarry::extract
