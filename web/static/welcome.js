// A link of an invitation carries its token behind the #, where no server and no log sees it.
const token = decodeURIComponent(location.hash.slice(1));
if (token) {
  document.getElementById("token").value = token;
  history.replaceState(null, "", location.pathname);
}
