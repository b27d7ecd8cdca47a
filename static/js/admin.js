// The admin's sidebar stands open from 1100 px on (unfold: only beyond 1280) and is remembered as its user left it.
document.addEventListener("alpine:init", () => {
  const wide = () => window.innerWidth >= 1100;
  const wanted = () => wide() && localStorage.getItem("sidebarOpen") !== "0";
  const unfolds = window.theme;
  window.theme = (chosen) => {
    const frame = unfolds(chosen);
    frame.sidebarWidth = localStorage.getItem("sidebarWidth") || 240;
    frame.sidebarOpen = wanted();
    frame.sidebarToggle = function () {
      this.sidebarOpen = !this.sidebarOpen;
      if (wide()) localStorage.setItem("sidebarOpen", this.sidebarOpen ? "1" : "0");
    };
    frame.themeBindings["x-resize.window"] = function () {
      this.sidebarOpen = wanted();
    };
    return frame;
  };
});
