#pragma once

#include <string>
#include <string_view>

#include "core/base/text_filter.h"

namespace quarry::wire {

/// JSON as it is, but for what may stand in JSON and yet drives a terminal or is seen by nobody: DEL and the C1
/// controls (U+0080 to U+009F), controls of writing direction and tag characters (core/base/hidden_control.h). These as
/// "\u009b". Only texts in JSON can hold any, so it means the same.
[[nodiscard]] std::string escape_json_controls(std::string_view json);

/// Writes JSON on to another stream, by `escape_json_controls`. Fails when that one does.
class JsonEscapes final : public TextFilter {
public:
    using TextFilter::TextFilter;
    ~JsonEscapes() override;

private:
    void pass(std::string_view text) override;

    std::string held_;  ///< What was written last and may be the beginning of such a character; not on yet.
};

}  // namespace quarry::wire
