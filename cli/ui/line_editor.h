#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quarry::cli {

/// Reads lines from the terminal with editing and history, by libedit, which is loaded when this is made. What is
/// pasted may have several lines, and stays one; Alt-Enter begins a further line. Keys are as ~/.editrc says.
class LineEditor {
public:
    /// `earlier` are lines that the arrow keys bring back, oldest first. `interrupted` is asked now and then while it
    /// waits, and says whether Ctrl-C came, or the program shall end. Throws Error(failed) when there is no libedit.
    LineEditor(const std::vector<std::string>& earlier, std::function<bool()> interrupted);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    enum class Ending { line, interrupted, end };
    struct Read {
        Ending ending = Ending::end;
        std::string text;  ///< Without its line end; may hold further ones. Valid UTF-8.
    };
    /// The next line; `end` at the end of input (Ctrl-D).
    [[nodiscard]] Read read(const std::string& prompt);
    /// The arrow keys bring this back from now on.
    void remember(const std::string& line);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace quarry::cli
