#include "core/serve/multipart.h"

#include <algorithm>
#include <fstream>
#include <optional>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::serve {
namespace {

constexpr std::size_t most_parts = 100, most_header = 16 * 1024, read_at_once = 256 * 1024;

Error bad_form(const char* why) { return Error(ErrorCode::usage, "the form cannot be read").because(why); }

/// A parameter of a header's value: name="a \"quoted\" text" or name=token.
std::optional<std::string> parameter_of(std::string_view value, std::string_view name) {
    for (std::size_t at = value.find(';'); at != std::string_view::npos;) {
        ++at;
        while (at < value.size() && value[at] == ' ') ++at;
        const std::size_t equals = std::min(value.find('=', at), value.size());
        const bool is_it = ascii_lower(value.substr(at, equals - at)) == name;
        std::string text;
        at = std::min(equals + 1, value.size());
        if (at < value.size() && value[at] == '"') {
            for (++at; at < value.size() && value[at] != '"'; ++at) {
                if (value[at] == '\\' && at + 1 < value.size() && value[at + 1] == '"') ++at;
                text += value[at];
            }
            at = value.find(';', at);
        } else {
            const std::size_t end = std::min(value.find(';', at), value.size());
            text = trim(value.substr(at, end - at));
            at = end == value.size() ? std::string_view::npos : end;
        }
        if (is_it) return text;
    }
    return std::nullopt;
}

/// Reads a file forwards, with what is ahead at hand.
class Ahead {
public:
    explicit Ahead(const std::filesystem::path& file) : in_(file, std::ios::binary) {
        if (!in_) throw Error(ErrorCode::failed, "cannot read the uploaded form");
    }
    /// The place of the next `text`, which is at hand then; nothing when there is none. What is before it is passed.
    std::optional<std::uint64_t> pass_to(std::string_view text) {
        for (;;) {
            if (const std::size_t found = at_hand_.find(text); found != std::string::npos) {
                pass(found);
                return place_;
            }
            if (at_hand_.size() >= text.size()) pass(at_hand_.size() - text.size() + 1);
            if (!more()) return std::nullopt;
        }
    }
    void pass(std::size_t count) {
        at_hand_.erase(0, count);
        place_ += count;
    }
    /// At least so many bytes, where there are as many.
    std::string_view see(std::size_t count) {
        while (at_hand_.size() < count && more()) {
        }
        return std::string_view(at_hand_).substr(0, count);
    }
    [[nodiscard]] std::uint64_t place() const noexcept { return place_; }

private:
    bool more() {
        std::string piece(read_at_once, '\0');
        in_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        at_hand_.append(piece, 0, static_cast<std::size_t>(in_.gcount()));
        return in_.gcount() > 0;
    }
    std::ifstream in_;
    std::string at_hand_{};
    std::uint64_t place_ = 0;
};

FormPart part_of(std::string_view header) {
    FormPart part;
    for (const std::string_view line : split(header, '\n')) {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || ascii_lower(line.substr(0, colon)) != "content-disposition") continue;
        const std::string_view value = trim(line.substr(colon + 1));
        part.name = parameter_of(value, "name").value_or("");
        const auto file = parameter_of(value, "filename");
        part.is_file = file.has_value();
        part.file = file.value_or("");
    }
    return part;
}

}  // namespace

std::string boundary_of(std::string_view content_type) {
    const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
    if (ascii_lower(type) != "multipart/form-data") return {};
    std::string boundary = parameter_of(content_type, "boundary").value_or("");
    return boundary.size() > 70 ? std::string() : boundary;  // RFC 2046, 5.1.1
}

std::vector<FormPart> read_form(const std::filesystem::path& file, std::string_view boundary) {
    const std::string begin = "--" + std::string(boundary), next = "\r\n" + begin;
    std::vector<FormPart> parts;
    Ahead form(file);
    if (form.see(begin.size()) != begin && !form.pass_to(next)) throw bad_form("it has no boundary");
    form.pass(form.see(1) == "\r" ? next.size() : begin.size());
    while (form.see(2) != "--") {
        if (form.see(2) != "\r\n") throw bad_form("a boundary is followed by something else");
        const std::string header(form.see(most_header));
        const std::size_t end = header.find("\r\n\r\n");
        if (end == std::string::npos) throw bad_form("the header of a part does not end");
        FormPart part = part_of(std::string_view(header).substr(0, end));
        form.pass(end + 4);
        part.begin = form.place();
        const auto behind = form.pass_to(next);
        if (!behind) throw bad_form("it ends within a part");
        part.bytes = *behind - part.begin;
        form.pass(next.size());
        parts.push_back(std::move(part));
        if (parts.size() > most_parts) throw bad_form("it has more than a hundred parts");
    }
    return parts;
}

}  // namespace quarry::serve
