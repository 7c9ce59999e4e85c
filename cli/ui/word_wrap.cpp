// Lines for terminals, broken at words.
#include "cli/ui/word_wrap.h"

#include <algorithm>
#include <utility>

namespace quarry::cli {
namespace {

constexpr std::size_t narrowest_wrapped = 20;  // columns
constexpr std::string_view link_begin = "\x1b]8;";
constexpr std::string_view string_end = "\x1b\\";

bool begins_code_point(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

}  // namespace

void WordWrap::begin_line(std::size_t column) {
    margin_ = column_ = column;
    spaces_ = word_width_ = 0;
    word_.clear();
    in_link_ = false;
}

std::size_t WordWrap::take_control(std::string_view text) {
    if (text.starts_with("\x1b[")) {
        const std::size_t end = text.find('m');
        return end == std::string_view::npos ? 0 : end + 1;
    }
    if (!text.starts_with(link_begin)) return 0;
    const std::size_t end = text.find(string_end);
    if (end == std::string_view::npos) return 0;
    in_link_ = text.substr(link_begin.size(), end - link_begin.size()) != ";";
    return end + string_end.size();
}

void WordWrap::end_word(std::string& shown) {
    if (word_.empty()) return;
    const bool first = column_ == margin_;
    if (width_ > 0 && !first && word_width_ > 0 && column_ + spaces_ + word_width_ > width_) {
        shown += '\n' + std::string(margin_, ' ');
        column_ = margin_;
    } else {
        shown += std::string(spaces_, ' ');
        column_ += spaces_;
    }
    shown += std::exchange(word_, {});
    column_ += std::exchange(word_width_, 0);
    spaces_ = 0;
}

std::string WordWrap::feed(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        if (const std::size_t control = take_control(text); control > 0) {
            word_ += text.substr(0, control);
            text.remove_prefix(control);
            continue;
        }
        if (text.front() == ' ' && !in_link_) {
            end_word(shown);
            ++spaces_;
        } else {
            word_ += text.front();
            word_width_ += begins_code_point(text.front()) ? 1 : 0;
        }
        text.remove_prefix(1);
    }
    return shown;
}

std::string WordWrap::end_line() {
    std::string shown;
    end_word(shown);
    shown += std::string(spaces_, ' ');
    begin_line(0);
    return shown;
}

std::string wrapped_line(const Output& out, std::string_view text, std::size_t indent) {
    const auto columns = static_cast<std::size_t>(std::max(0, out.options().width));
    WordWrap wrap(out.options().out_is_terminal ? std::max(columns, narrowest_wrapped) : 0);
    wrap.begin_line(indent);
    std::string line = std::string(indent, ' ') + wrap.feed(text);
    return line + wrap.end_line() + '\n';
}

}  // namespace quarry::cli
