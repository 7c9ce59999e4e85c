#pragma once

#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

namespace quarry::wire {

/// JSON as it is, but for DEL and the C1 controls (U+0080 to U+009F), which drive terminals and may stand in JSON as
/// they are: these as "\u009b". Only texts in JSON can hold any, so it means the same.
[[nodiscard]] std::string escape_json_controls(std::string_view json);

/// Writes JSON on to another stream, by `escape_json_controls`. Fails when that one does.
class JsonEscapes final : public std::streambuf {
public:
    /// `to` must live longer.
    explicit JsonEscapes(std::ostream& to) : to_(to) {}
    ~JsonEscapes() override;

protected:
    int_type overflow(int_type character) override;
    std::streamsize xsputn(const char* text, std::streamsize size) override;
    int sync() override;

private:
    bool write(std::string_view text);

    std::ostream& to_;
    bool held_ = false;  ///< The first byte of two was written last: C2, and not on yet.
};

}  // namespace quarry::wire
