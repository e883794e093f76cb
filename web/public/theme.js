// Runs before the first paint, so that a dark page never flashes white. A file of its own, because the
// content security policy allows no inline code.
(function () {
  function kept(name) {
    try {
      return localStorage.getItem('patrol.' + name);
    } catch {
      return null;
    }
  }
  const systemMode = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  const mode = kept('mode') || systemMode;
  document.body.classList.toggle('awsui-dark-mode', mode === 'dark');
  document.body.classList.toggle('awsui-compact-mode', kept('density') !== 'comfortable');
  document.documentElement.style.colorScheme = mode;
})();
